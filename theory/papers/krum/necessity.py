"""Which hypotheses of Proposition 2, read of Krum, are needed, and what would do instead.

A run that is named is exact, with its proof, in `empirics.dynamics.dropped`.
"""

from theory.notation.document import Role

ROLES = (
    Role(
        "1.2.2: Q is convex",
        "unused",
        "No proof here assumes it, and no line of the notes uses it. Nor does it follow from the rest.",
        claims=("convexity", "theorem"),
    ),
    Role(
        "(i) Q is three times differentiable, with continuous derivatives",
        "replaceable",
        "Two continuous derivatives are enough, or a Lipschitz gradient. Where the gradient jumps, the "
        "run may reach the minimum although the gradients do not tend to zero.",
        run="not-smooth",
        claims=("damped-vanishes", "lipschitz-krum"),
    ),
    Role(
        "(i) Q ≥ 0",
        "redundant",
        "By (v), Q does not fall along a ray that leaves the ball ‖x‖² ≤ D. There it is bounded below, "
        "being continuous. So Q less its minimum on the ball is ≥ 0 everywhere, with the same gradient. "
        "Without (v), with a Lipschitz gradient, it is used: Q must be bounded below.",
    ),
    Role(
        "(ii) Σγ_t = ∞",
        "needed",
        "With short steps the run stops before it arrives.",
        run="steps-summable",
        claims=("theorem", "lipschitz-krum"),
    ),
    Role(
        "(ii) Σγ_t² < ∞",
        "replaceable",
        "With a Lipschitz gradient it is enough that γ_tK_1 ≤ 1/48 from some time on. Long steps jump "
        "over the minimum for ever.",
        run="squares-divergent",
        claims=("lipschitz-krum",),
    ),
    Role(
        "(iii) EG = ∇Q",
        "needed",
        "Workers that are wrong on average lead to another point.",
        run="biased-gradient",
        claims=("bridge-error",),
    ),
    Role(
        "(iii) E‖G‖² ≤ A_2 + B_2‖x‖²",
        "replaceable",
        "It is used for ‖∇Q‖² ≤ A_2 + B_2‖x‖² alone, which keeps the run bounded. A Lipschitz gradient "
        "makes it superfluous. Where the gradient grows like ‖x‖³, a step overshoots more than the last.",
        run="moments-unbounded",
        claims=("distance-converges", "lipschitz-krum"),
    ),
    Role(
        "(iii) E‖G‖^r ≤ A_r + B_r‖x‖^r, r = 3, 4",
        "unused",
        "The notes need them for φ, the square of ‖x‖² − D. The squared distance from the ball does "
        "without. By (iv), what Krum_t needs of a second moment comes from the gradient.",
        claims=("distance-converges", "bridge-second", "theorem"),
    ),
    Role(
        "(iv) η√d σ(x) ≤ ‖∇Q(x)‖ sin α",
        "needed",
        "Noise that stays at the minimum, with a skewed law, leads Krum to another point. Where the "
        "gradient vanishes, (iv) forces σ = 0: all correct workers agree there exactly. So it excludes "
        "sampled gradients of a model that does not fit every example.",
        run="noise-at-the-minimum",
        claims=("bridge-descent", "theorem"),
    ),
    Role(
        "(iv) α < π/2, for Krum",
        "unused",
        "The notes allow α = π/2. For Krum that does no harm, as its error is at most 5/6 of η²dσ².",
        claims=("below-eta-sharp", "bridge-descent", "proposition-2"),
    ),
    Role(
        "(iv) α < π/2, for any rule in the ball",
        "needed",
        "With α = π/2 the rule may send 0.",
        run="right-angle",
        claims=("proposition-2-any-rule:repaired",),
    ),
    Role(
        "(v) beyond the horizon: ⟨x, ∇Q⟩ ≥ ‖x‖ ‖∇Q‖ cos β",
        "replaceable",
        "⟨x, ∇Q⟩ ≥ ‖x‖ ‖∇Q‖ sin α is enough; α + β ≤ π/2 gives it, also where it is an equality, and "
        "D = 0 is allowed. With a Lipschitz gradient the run may go where it likes, and its gradient "
        "still tends to zero. Otherwise there may be a downward slope at every step, out to infinity.",
        run="no-horizon",
        claims=("theorem", "proposition-2", "lipschitz-krum"),
    ),
    Role(
        "(v) beyond the horizon: ‖∇Q‖ ≥ ε",
        "unused",
        "That the gradient tends to zero does not use it. With it the run is in the end inside of the "
        "horizon, since the gradient is not short beyond.",
        claims=("theorem", "region:repaired"),
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
        claims=("bridge-angle", "2-7b-any-rule", "spiral", "lipschitz"),
    ),
    Role(
        "Definition 1 (ii), r = 2",
        "replaceable",
        "For Krum the bound of its error gives E‖Krum_t‖² ≤ 4‖∇Q‖².",
        claims=("bridge-second", "lipschitz"),
    ),
    Role(
        "Definition 1 (ii), r = 3, 4",
        "unused",
        "As the moments of G of order 3 and 4.",
        claims=("distance-converges", "ball-rule-distance-converges"),
    ),
)
"""In the order of the notes. They hold together on the witness models, one step at a time; for a
whole run of Krum, Q = |x|^2/2 without noise and gamma_t = 1/(t + 100)."""
