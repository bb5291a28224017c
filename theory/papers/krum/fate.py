"""The theorem as it now stands, and the answer to the author's marked question."""

from __future__ import annotations

from theory.notation.document import Question

HEADLINE = (
    "bias-by-coefficient",
    "error-by-coefficient",
    "moment-by-coefficient-2",
    "moment-by-coefficient-3",
    "moment-by-coefficient-4",
    "proposition-1-i-a",
    "proposition-1-i-b",
    "moment-constant-r2",
    "moment-constant-r3",
    "moment-constant-r4",
    "error-rational",
    "below-eta",
    "proposition-2",
    "lipschitz-krum",
)
"""The sharpest constants, by kappa; both conditions of Definition 1, with constants of their own; Proposition 2 for
Krum, and what a Lipschitz gradient gives."""

SHORT_PROOF = r"""
Write $m = n-f$ for the number of correct workers.

1. **Scores are small** (score-of-correct, score-of-chosen). A correct worker has $m-1$ correct
others and needs $m-2$ neighbours, so its score is at most $\frac{m-2}{m-1}$ times all its squared
correct distances, whatever the Byzantine workers send. The winner's score is at most the mean of
the correct scores.

2. **The winner is in good company** (error-of-chosen). Among its neighbours, and itself, at least
$n-2f-1$ workers are correct. Its distance to $g$ is at most its distance to any of them plus theirs
to $g$; weight the two parts (Young) and add over this group.

3. **Take means** (mean-error). Nothing random is left inside:
$\mathbb{E}\|Krum-g\|^2 \le \frac{6m-8}{n-2f-1}\,d\sigma^2$, and with the best weights
$\frac{(\sqrt{2(m-2)}+\sqrt m)^2}{n-2f-1}\,d\sigma^2$.

4. **This is below** $\eta^2 d\sigma^2$ **for all** $2f+2<n$ (below-eta), and
$\|\mathbb{E}Krum-g\|^2 \le \mathbb{E}\|Krum-g\|^2$ (1-2a, repaired). So $\mathbb{E}Krum$ is in the ball
around $g$, hence in the cone (ball-b): condition (i).

5. **Moments** (krum-pathwise). Step 2 around the point 0 bounds $\|Krum\|^2$ by a multiple of
$\sum_j \|V_j\|^2$ for every outcome; power means give condition (ii) with $r = 2, 3, 4$.

6. **At each step of a run** (bridge). Given the past, the correct workers are i.i.d. with mean
$\nabla Q(x_t)$, so all this holds at every $t$. As $\frac{6m-8}{n-2f-1} \le \frac56\eta^2$
(below-eta-sharp), hypothesis (iv) gives
$\langle\mathbb{E}Krum_t,\nabla Q\rangle \ge \frac1{12}\|\nabla Q\|^2$ and
$\mathbb{E}\|Krum_t\|^2 \le 4\|\nabla Q\|^2$, even for $\sin\alpha = 1$, and
$\|\mathbb{E}Krum_t-\nabla Q\| \le \sin\alpha\,\|\nabla Q\|$.

7. **The run is bounded** (confined). A step leads no farther from the ball of radius $\sqrt D$ than
from its point that is closest to $x_t$. So the squared distance from the ball grows by at most
$\gamma_t^2\|Krum_t\|^2$, less a part whose mean is not negative. It converges (Robbins and Siegmund).

8. **The gradient tends to zero** (theorem). Where $Q$ is damped far away, $R(x_t)$ is an almost
supermartingale that loses $\frac1{12}\gamma_ts\|\nabla Q\|^2$, and $s^2\|\nabla Q\|^2$ is another one;
$\sum_t\gamma_t=\infty$ does the rest. Definition 1 (i) alone is not enough; where the gradient is
Lipschitz it is, and no horizon is needed (lipschitz).
"""

QUESTIONS = (
    Question(
        "“I have a question for the (n-f-1). Although it is true, it can be reduce to 1.”",
        "No for the single term E|V_i − V_ζ(i)|², whatever ζ(i) is; yes for the whole bracket of (1-7), "
        "where ζ(i) is a nearest correct worker that is no neighbour. "
        "The single term: 2dσ² is false whatever ζ(i) is chosen (question-1a), as ζ(i) is picked "
        "because it is far. With m = n-f correct workers, (m-2+√m)²/(m-1)·dσ² is true "
        "(question-1b-sharp), which is below (m-1)·2dσ² for every m (question-1b-below); a rare spike "
        "comes to m·dσ², so the growth with m cannot be avoided. "
        "With its factor δ_b(i) and a nearest ζ(i) it is still false (question-1c), but (n-f-1)/(f+1) is "
        "true. "
        "The whole bracket, with a nearest ζ(i): it is true (question-1d): δ_c(i) + δ_b(i)·1 = "
        "n-f-2, and E of the bracket is at most (n-f-2)·2dσ². With a farthest ζ(i) it is false "
        "(question-1e). So the last line of (1-7) holds with 1 in the place of n-f-1 (question-1f), and "
        "even without its second fraction.",
        (
            "question-1a",
            "question-1b",
            "question-1b-sharp",
            "question-1b-below",
            "question-1c",
            "question-1c:repaired",
            "question-1d",
            "question-1e",
            "question-1f",
        ),
    ),
)
