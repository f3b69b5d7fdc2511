// Package dmn reads and evaluates decision models of DMN 1.1 to 1.5.
//
// [Parse] reads one file, [Compile] links the files that import each other into a [Library] and reports every
// problem at once, and [Decision.Evaluate] and [Service.Evaluate] answer. All expressions are compiled once; a
// Library is safe for concurrent use.
//
// An expression that went wrong gives null, as DMN wants it, and a [Warning] that says why and where. An error
// is returned only when an evaluation exceeds the limits of its [feel.Env].
//
// Names that no model declares are looked up in the variables of the Env, because the tables that Camunda Modeler
// draws name process variables without declaring them. A declared input or decision is seen only by the decisions
// that require it (DMN 1.5 §6.2.2).
//
// Functions of kind Java and PMML are refused: decisions run no foreign code.
package dmn
