// Package proof decides before a process runs what can become of it.
//
// [Soundness] explores the state space of a plan's control flow: can every start come to an end, whatever happens; can each element be
// entered; can tokens get stuck at a join, run round in a loop without a way out, or become ever more. [Deadline] adds up how long the way from the start to an
// element takes at most when nobody is late. What is abstracted and what is bounded is told in docs/proof.md.
package proof
