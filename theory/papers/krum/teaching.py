"""The author's two marked questions on the convergence half, answered for a student.

Every number here is recomputed in the tests. Names in brackets are the claims that prove a step.
"""

from __future__ import annotations

from theory.notation.document import Question

PHI = r"""
**In short.** $\phi'$ is not added in (2-5). It stands behind the first term since (2-3), was lost in (2-4) by a slip, and comes back. The right line is (2-4:repaired).

**Where it comes from.** (2-2) compares $\phi$ at two numbers $a$ and $b$. In its right form (2-2a:repaired) it says $\phi(b)-\phi(a) \le (b-a)\phi'(a)+(b-a)^2$. Take $a=\lVert x_t\rVert^2$ and $b=\lVert x_{t+1}\rVert^2$. Since $x_{t+1}=x_t-\gamma_t Krum_t$,

$b-a=-2\gamma_t\langle x_t,Krum_t\rangle+\gamma_t^2\lVert Krum_t\rVert^2$.

So $(b-a)\phi'(a)$ is a sum of two terms, and both carry the factor $\phi'(\lVert x_t\rVert^2)$. The square $(b-a)^2$ gives the other terms, which have no $\phi'$. This is (2-3a); Cauchy–Schwarz then gives (2-3b).

**A check with numbers.** On the line, $D=1$, $x_t=2$, $Krum_t=1$, $\gamma_t=\frac{1}{2}$. Then $x_{t+1}=\frac{3}{2}$, $a=4$, $b=\frac{9}{4}$, $\phi'(a)=2(4-1)=6$. Left: $\phi(b)-\phi(a)=\frac{25}{16}-9=-\frac{119}{16}$. Right: the two terms with $\phi'$ are $-2\cdot\frac{1}{2}\cdot 2\cdot 6=-12$ and $\frac{1}{4}\cdot 6=\frac{3}{2}$, the square is $\frac{49}{16}$, and $-12+\frac{3}{2}+\frac{49}{16}=-\frac{119}{16}$. Both sides agree, as both points are beyond $D$ (2-2b:repaired).

**From (2-3) to (2-4).** Take the mean given the past $P_t$. At time $t$ the numbers $x_t$, $\gamma_t$ and $\phi'(\lVert x_t\rVert^2)$ are known, so they leave the mean, and only $Krum_t$ is averaged: the first term becomes $-2\gamma_t\langle x_t,\mathbb{E}Krum_t\rangle\phi'(\lVert x_t\rVert^2)$, with its factor. In the fourth term the power stays a third one, $\mathbb{E}\lVert Krum_t\rVert^3$.

**Without the factor the line is false.** Take $D=100$, $x_t=1$, $Krum_t=1$, $\gamma_t=\frac{1}{8}$. The run stays below $D$, so $u_t=u_{t+1}=0$ and the left side is $0$. The printed right side of (2-4) is $-\frac{1}{4}+0+\frac{1}{16}+\frac{1}{128}+\frac{1}{4096}=-\frac{735}{4096}$, which is below $0$. With $\phi'(1)=0$ in its place, the first term vanishes and the right side is $\frac{289}{4096}$.

**From (2-4) to (2-5).** The first term is left alone. Only the four others are estimated. Write $s=\lVert x_t\rVert$. Definition 1 (ii) and hypothesis (iii) give $\mathbb{E}\lVert Krum_t\rVert^r \le M(1+s^r)$ for $r=2,3,4$. With $D \ge 0$ we have $\phi'(s^2) \le 2s^2$, and with $\gamma_t \le \Gamma$:

1. The second and the third term are at most $2\gamma_t^2 s^2 M(1+s^2)+4\gamma_t^2 s^2 M(1+s^2)=6\gamma_t^2M(s^2+s^4)$. Since $s^2 \le \frac{1+s^4}{2}$, this is at most $9\gamma_t^2M(1+s^4)$.

2. The fourth is at most $4\gamma_t^3M(s+s^4)$. Since $s \le \frac{3+s^4}{4}$, this is at most $5\Gamma\gamma_t^2M(1+s^4)$.

3. The fifth is at most $\gamma_t^4M(1+s^4) \le \Gamma^2\gamma_t^2M(1+s^4)$.

Add them: $A_0=B_0=M(9+5\Gamma+\Gamma^2)$ will do (2-5). In numbers: $D=1$, $s=2$, $M=1$, $\gamma_t=\Gamma=\frac{1}{2}$. The four bounds are $\frac{15}{2}+20+9+\frac{17}{16}=\frac{601}{16}$, and $\gamma_t^2(9+\frac{5}{2}+\frac{1}{4})(1+16)=\frac{799}{16}$ is larger, as it must be.

**From (2-5) to (2-6).** Far out, $u_t=(s^2-D)^2$ grows like $s^4$; near, $s^4$ is at most $D^2$. Together $1+s^4 \le (2+2D^2)(1+u_t)$, which is (2-6). In numbers, with $D=1$ and $s=2$: $u_t=9$ and $17 \le 4\cdot 10$.

**Why keep the first term at all?** It pulls the run back. It is never positive (2-7a:repaired), so (2-7c) may drop it. But (2-12) needs it: the sum of these terms is finite, and that is what forces $u_t$ to zero. Without $\phi'$ it could have the wrong sign: below the horizon nobody says that the step points inwards, and there $\phi'=0$ switches it off.
"""

AUXILIARY = r"""
**What is to be shown.** $u_t$ measures how far $\lVert x_t\rVert^2$ is beyond $D$. We want $u_t \to 0$, so that the run stays bounded. We know (2-7c), which says

$\mathbb{E}(u_{t+1}|P_t) \le (1+\gamma_t^2B)u_t+\gamma_t^2A$.

Think of $u_t$ as a debt. In each step it may grow by interest, the factor $1+\gamma_t^2B$, and by a new loan, $\gamma_t^2A$.

**(2-8): remove the interest.** Measure the debt in money of the first day: divide it by all interest factors so far. So let $\mu_1=1$ and $\mu_{t+1}=\frac{\mu_t}{1+\gamma_t^2B}$, and $u'_t=\mu_tu_t$. The factor must be $\frac{1}{1+\gamma_i^2B}$, with a plus, over the steps already made, $i \le t-1$ (2-8:repaired). The printed $\frac{1}{1-\gamma_i^2B}$ does the opposite, it adds the interest once more. And it need not be positive: $\gamma_1=1$, $B=2$ gives $-1$.

**(2-9): multiply and cancel.** Multiply (2-7c) by $\mu_{t+1}$, which is known at time $t$. As $\mu_{t+1}(1+\gamma_t^2B)=\mu_t$, the interest cancels exactly and $\mathbb{E}(u'_{t+1}-u'_t|P_t) \le \gamma_t^2\mu_{t+1}A$ is left (2-9:repaired). The notes have $\mu_t$ here, and have lost the index of $\gamma_t$; since $\mu_{t+1} \le \mu_t$ (2-8-decreasing), the bound with $\mu_t$ is true too, for the repaired $\mu_t$.

**An example.** Let $A=B=1$, $\gamma_t=\frac{1}{t}$, $u_1=1$, and let the debt grow as much as it may. The interest factors are $2,\frac{5}{4},\frac{10}{9}$.

1. The debt: $u_1=1$, $u_2=2\cdot 1+1=3$, $u_3=\frac{5}{4}\cdot 3+\frac{1}{4}=4$, $u_4=\frac{10}{9}\cdot 4+\frac{1}{9}=\frac{41}{9}$.

2. The weights: $\mu_1=1$, $\mu_2=\frac{1}{2}$, $\mu_3=\frac{2}{5}$, $\mu_4=\frac{9}{25}$.

3. The debt in old money: $u'_1=1$, $u'_2=\frac{3}{2}$, $u'_3=\frac{8}{5}$, $u'_4=\frac{41}{25}$. It rises by $\frac{1}{2},\frac{1}{10},\frac{1}{25}$, and these are the bounds $\gamma_t^2\mu_{t+1}A$: $1\cdot\frac{1}{2}$, $\frac{1}{4}\cdot\frac{2}{5}$, $\frac{1}{9}\cdot\frac{9}{25}$.

With the printed factor the line fails: $A=B=1$, $\gamma=\frac{1}{2}$, $u_t=1$, $u_{t+1}=\frac{3}{2}$, $\mu_t=1$. The printed weight grows to $\frac{4}{3}$, and $\frac{4}{3}\cdot\frac{3}{2}-1=1$ is more than $\gamma^2\mu_tA=\frac{1}{4}$. The repaired one falls to $\frac{4}{5}$, and $\frac{4}{5}\cdot\frac{3}{2}-1=\frac{1}{5}=\frac{1}{4}\cdot\frac{4}{5}$.

**Why the weights converge, and why the limit must be positive.** They decrease and are positive, so they converge (2-8-converges). If $\sum_t\gamma_t^2$ is finite, the product of all $1+\gamma_t^2B$ is at most $\exp(B\sum_t\gamma_t^2)$, so the limit $\mu_\infty$ is positive. (That is machine-checked, (2-8-positive); our proof of the theorem does not use $\mu_t$.) In the example the product is at most $\exp(\frac{\pi^2}{6})$, below $5.2$, so $\mu_\infty \ge \frac{5}{26}$. This is needed to come back: $u_t=\frac{u'_t}{\mu_t}$. With $\gamma_t=1$ for ever it fails: $u_{t+1}=2u_t+1$ gives $1,3,7,15$, which explodes, while $u'_t=1,\frac{3}{2},\frac{7}{4},\frac{15}{8}$ converges to $2$; for $\mu_t=1,\frac{1}{2},\frac{1}{4},\frac{1}{8}$ goes to $0$.

**(2-10): the indicator.** $\chi_t$ is $1$ at the times at which $u'$ is expected to rise, and $0$ at the others. (The notes call it an indicator of the right side of (2-9); it is one of the left side.) It looks at the mean given the past, so it is known at time $t$.

An example. At one time $u'_t=1$, and $u'_{t+1}$ is $2$ or $\frac{1}{2}$, by a fair coin. The expected move is $\frac{1}{2}\cdot 1-\frac{1}{2}\cdot\frac{1}{2}=\frac{1}{4}$, so $\chi_t=1$. At another time $u'_t=1$, and $u'_{t+1}$ is $\frac{3}{2}$ or $0$. The expected move is $\frac{1}{2}\cdot\frac{1}{2}-\frac{1}{2}\cdot 1=-\frac{1}{4}$, so $\chi_t=0$, although the coin may well show a rise.

**(2-11), first sign.** Since $\chi_t$ is known at time $t$, it leaves the conditional mean: $\mathbb{E}(\chi_t(u'_{t+1}-u'_t)|P_t)=\chi_t\mathbb{E}(u'_{t+1}-u'_t|P_t)$. It is an equality (2-11a). In the example both sides are $\frac{1}{4}$ at the first time and $0$ at the second. A variable that peeks at the coin, $1$ where $u'$ really rises, could not leave: the mean of the real rises is $\frac{1}{2}\cdot 1=\frac{1}{2}$ at the first time and $\frac{1}{2}\cdot\frac{1}{2}=\frac{1}{4}$ at the second.

**(2-11), second sign.** Where $\chi_t=1$ it is (2-9). Where $\chi_t=0$ the left side is $0$ and the right side is not negative (2-11b:repaired). With the printed weights it fails where (2-9) does (2-11b).

**The sum is finite.** From $\mu_t-\mu_{t+1}=\gamma_t^2B\mu_{t+1}$ the sum of the bounds telescopes: $\sum_t\gamma_t^2\mu_{t+1}A=\frac{A}{B}(\mu_1-\mu_\infty)$. In the example, after three steps: $\frac{1}{2}+\frac{1}{10}+\frac{1}{25}=\frac{16}{25}=1-\frac{9}{25}$.

**Why finitely much expected rise forces convergence.** First without chance. A sequence that is never negative can only fall by what it had at first and what it rose later. If all rises have a finite sum, so have all falls, and then the sequence settles. The sequence $1,\frac{3}{2},1,\frac{5}{4},1,\frac{9}{8},1,\dots$ rises by $\frac{1}{2}+\frac{1}{4}+\frac{1}{8}+\dots=1$ in all and converges to $1$. The sequence $1,\frac{3}{2},1,\frac{3}{2},\dots$ rises by $\frac{1}{2}$ again and again, and does not converge.

With chance only the expected rises are counted. A fair game has none: start with $v_1=1$ and let a fair coin double $v_t$ or set it to $0$. It never rises in the mean, and it does converge, to $0$.

The reason in general is a trading strategy (Doob). A sequence that does not settle, and stays finite, passes infinitely often from below some $a$ to above some larger $b$. Buy one share whenever it is below $a$, sell when it is above $b$. Each passage earns at least $b-a$; an open share at the end can lose at most $a$, because the price is not negative. But you decide on what is known, so your mean gain is at most the sum $S$ of the expected rises. Hence $(b-a)\mathbb{E}(\text{passages}) \le a+S$. With $a=1$, $b=2$, $S=\frac{1}{2}$ there are at most $\frac{3}{2}$ passages in the mean, so never infinitely many. Nor can it run off to infinity, as its mean is at most $u'_1+S$ at every time. This is the quasi-martingale theorem. It gives that $u'_t$ converges, and then $u_t=\frac{u'_t}{\mu_t}$ does.

Our proof reaches (2-12-converges) in one step, by the theorem of Robbins and Siegmund applied to (2-6) itself. That theorem has the interest and the loans built in, so it needs neither $\mu_t$ nor $\chi_t$, and it gives the next line as well.

**(2-12): what is taken away has a finite sum.** Keep the first term of (2-6): in each step the debt also falls by $c_t=2\gamma_t\langle x_t,\mathbb{E}Krum_t\rangle\phi'(\lVert x_t\rVert^2)$, which is not negative (2-7a:repaired). You cannot pay back more than you owed at first plus what you borrowed. In numbers: $u_1=1$, loans $\frac{1}{4}$ and $\frac{1}{9}$, payments $\frac{1}{2}$ and $\frac{1}{2}$. Then $u_2=\frac{3}{4}$, $u_3=\frac{13}{36}$, and the payments $1$ are at most $1+\frac{13}{36}$. So $\sum_t c_t$ is finite (2-12). The notes first assume that the limit $u_\infty$ is positive and that (2-2) becomes an equality; neither is needed.

**(2-13): beyond the horizon the payments are not small.** There $\langle x_t,\mathbb{E}Krum_t\rangle$ is at least $c=\sqrt{D}\,\epsilon(1-\sin\alpha)\cos(\alpha+\beta)$, by the angle (2-13a), the ball around the gradient (2-13b:repaired) and hypotheses (iv) and (v) (2-13c). All four factors must be positive, so $D$ and $\epsilon$ must be, and $\alpha+\beta$ must be below a right angle (2-13d:repaired); the notes allow a right angle, where $c=0$. In numbers: $D=4$, $\epsilon=\frac{1}{2}$, $\sin\alpha=\frac{3}{5}$, $\cos\alpha=\frac{4}{5}$, $\sin\beta=\frac{5}{13}$, $\cos\beta=\frac{12}{13}$. Then $\cos(\alpha+\beta)=\frac{48}{65}-\frac{15}{65}=\frac{33}{65}$ and $c=2\cdot\frac{1}{2}\cdot\frac{2}{5}\cdot\frac{33}{65}=\frac{66}{325}$.

**The contradiction.** Beyond the horizon $\phi'(\lVert x_t\rVert^2)=2\sqrt{u_t}$. If $u_t$ had a positive limit, say $\frac{1}{4}$, this would tend to $1$, so the payments would be at least $\gamma_tc$ from some time on. But $\sum_t\gamma_t$ is infinite: for $\gamma_t=\frac{1}{t}$ the first two steps give $\frac{3}{2}$, the first four $\frac{25}{12}$, and every doubling adds at least $\frac{1}{2}$. So $\sum_t c_t$ would be infinite, against (2-12). Hence $\sqrt{u_t}$ goes to zero (root-of-u), and so does $u_t$ (2-12-zero).

This is why both conditions on the steps are there: $\sum_t\gamma_t^2$ finite lets $u_t$ converge, $\sum_t\gamma_t$ infinite lets it arrive.

**The run is bounded.** $\lVert x_t\rVert^2 \le D+\sqrt{u_t}$, and $\sqrt{u_t}$ converges (bounded). In numbers: $D=1$, $\lVert x_t\rVert^2=4$ gives $u_t=9$, and $4=1+3$. Continuous functions of $x_t$ are then bounded as well, but the bound is another one on every path. So the $K_i$ of the notes are random: they may not leave a mean as constants, and they say nothing of the segment from $x_t$ to $x_{t+1}$, which may be long. The corrected proof of the theorem is shorter: it measures the distance from the ball of radius $\sqrt{D}$ instead of $u_t$, needs second moments alone (confined), and damps the cost far away, $R=sQ$, so that derivatives are bounded by constants. What damping does to the gradient matters beyond the horizon alone, where the run spends little (distance-sum, theorem). The notes' own way gives such a sum, too: $\sum_t\gamma_t\sqrt{u_t}$ is finite (excess). In numbers: $D=1$, $\gamma_t=\frac{1}{t}$ and $\lVert x_t\rVert^2=1+\frac{1}{t}$ give $\sum_t\gamma_t\sqrt{u_t}=\sum_t\frac{1}{t^2}<\frac{5}{3}$, although the run is beyond the horizon at every time.
"""

QUESTIONS_2 = (
    Question(
        "“I don't why equation 2-5 is true. Why φ′(·) could be added to the tail of the right-hand "
        "first term based on equation 2-5?”",
        PHI,
        (
            "2-2a:repaired",
            "2-2b:repaired",
            "2-3a",
            "2-3b",
            "2-4",
            "2-4:repaired",
            "2-5",
            "2-6",
            "2-7a:repaired",
            "2-7c",
        ),
    ),
    Question(
        "“I can't understand the following proof process” (2-8) to (2-13)",
        AUXILIARY,
        (
            "2-7c",
            "2-8:repaired",
            "2-8-decreasing",
            "2-8-converges",
            "2-8-positive",
            "2-9",
            "2-9:repaired",
            "2-11a",
            "2-11b",
            "2-11b:repaired",
            "2-12-converges",
            "2-12",
            "2-13a",
            "2-13b:repaired",
            "2-13c",
            "2-13d:repaired",
            "root-of-u",
            "2-12-zero",
            "excess",
            "bounded",
            "distance-sum",
            "confined",
            "theorem",
            "2-14:repaired",
            "2-15:repaired",
            "2-17-converges",
        ),
    ),
)
"""The two questions that section 1.4.2 of the notes marks, and the claims that answer them."""
