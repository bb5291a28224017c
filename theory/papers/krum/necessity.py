"""Which hypotheses of Proposition 2 are needed, and what would do instead.

A run that is named is exact, with its proof, in `empirics.dynamics.dropped`.
"""

from theory.notation.document import Role

ROLES = (
    Role(
        "1.2.2: Q is convex",
        "unused",
        "No proof here assumes it, and no line of the notes uses it. Nor does it follow from the rest.",
        claims=("convexity", "proposition-2:repaired"),
    ),
    Role(
        "(i) Q is three times differentiable, with continuous derivatives",
        "replaceable",
        "Two continuous derivatives are enough, or a Lipschitz gradient. Where the gradient jumps, the "
        "run may reach the minimum although the gradients do not tend to zero.",
        run="not-smooth",
        claims=("cut-vanishes", "lipschitz"),
    ),
    Role(
        "(i) Q ≥ 0",
        "redundant",
        "By (v), Q does not fall along a ray that leaves the ball ‖x‖² ≤ D. There it is bounded below, "
        "being continuous. So Q less its minimum on the ball is ≥ 0 everywhere, with the same gradient.",
    ),
    Role(
        "(ii) Σγ_t = ∞",
        "needed",
        "With short steps the run stops before it arrives.",
        run="steps-summable",
        claims=("proposition-2:repaired", "lipschitz"),
    ),
    Role(
        "(ii) Σγ_t² < ∞",
        "replaceable",
        "With a Lipschitz gradient it is enough that γ_t K_1 N ≤ 1 − sin α from some time on, where "
        "N = C_2(1 + sin²α/η²). Long steps jump over the minimum for ever.",
        run="squares-divergent",
        claims=("lipschitz",),
    ),
    Role(
        "(iii) EG = ∇Q",
        "needed",
        "Workers that are wrong on average lead to another point.",
        run="biased-gradient",
    ),
    Role(
        "(iii) E‖G‖^r ≤ A_r + B_r‖x‖^r, r = 2, 3, 4",
        "replaceable",
        "It keeps the run bounded. A Lipschitz gradient makes it superfluous. Where the gradient grows "
        "like ‖x‖³, a step overshoots more than the last.",
        run="moments-unbounded",
        claims=("2-5", "lipschitz"),
    ),
    Role(
        "(iv) η√d σ(x) ≤ ‖∇Q(x)‖ sin α",
        "needed",
        "Noise that stays at the minimum, with a skewed law, leads Krum to another point. Where the "
        "gradient vanishes, (iv) forces σ = 0: all correct workers agree there exactly. So it excludes "
        "sampled gradients of a model that does not fit every example.",
        run="noise-at-the-minimum",
        claims=("lipschitz", "cut-vanishes"),
    ),
    Role(
        "(iv) α < π/2",
        "needed",
        "With α = π/2, which the notes allow, the rule may send 0.",
        run="right-angle",
    ),
    Role(
        "(v) beyond the horizon: ⟨x, ∇Q⟩ ≥ ‖x‖ ‖∇Q‖ cos β, and ‖∇Q‖ ≥ ε",
        "replaceable",
        "With a Lipschitz gradient the run may go where it likes, and its gradient still tends to zero. "
        "Otherwise there may be a downward slope at every step, out to infinity.",
        run="no-horizon",
        claims=("2-13d:repaired", "lipschitz"),
    ),
    Role(
        "Definition 1 (i): the rule is resilient",
        "needed",
        "The average is not, and one Byzantine worker drives it away.",
        run="not-resilient",
        claims=("result-1:repaired",),
    ),
    Role(
        "E F is in the ball around ∇Q, more than Definition 1 (i)",
        "replaceable",
        "Krum is in the ball. A rule that is only in the cone may spiral to infinity where the gradient "
        "is not Lipschitz; where it is, Definition 1 is enough.",
        run="cone-without-ball",
        claims=("ball-b", "2-7b", "spiral", "lipschitz"),
    ),
    Role(
        "Definition 1 (ii), r = 2, 3, 4",
        "replaceable",
        "With a Lipschitz gradient r = 2 is enough. Otherwise 3 and 4 are used to keep the run bounded; "
        "whether they are needed is not known here.",
        claims=("2-5", "lipschitz"),
    ),
)
"""In the order of the notes. They hold together on the witness models, one step at a time; for a
whole run, Q = |x|^2/2 without noise and gamma_t = 1/t."""
