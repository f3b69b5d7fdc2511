package dmn_test

// tckHead begins docs/dmn.md, whose tables TestTCK writes.
const tckHead = `# Decisions: what of DMN runs

This page is written by ` + "`go test ./definitions/dmn -run TestTCK -update`" + `; change its text in ` + "`definitions/dmn/tckdoc_test.go`" + `.

| part of DMN 1.5 | |
|---|---|
| files of DMN 1.1, 1.2, 1.3, 1.4 and 1.5 | read, in UTF-8, UTF-16, ISO 8859-1 or windows-1252; diagrams and vendors' extensions are read past |
| decision tables | all hit policies (unique, any, priority, first, rule order, output order, collect) and aggregations (sum, min, max, count), several outputs, input values, output values as check and as priorities, default outputs; tables of 16 to 2,048 rules are indexed by constants and intervals; gaps, overlaps against the hit policy, rules that never count and cells that no value suits are told by lint and at deployment ([proof](proof.md#decision-tables)) |
| boxed expressions | literal, context, list, relation, function, invocation, conditional, filter, for, some, every |
| requirements | input data, decisions, business knowledge models (which may call themselves, and take the input expressions of their table for parameters when they state none), decision services; circles and chains of more than 200 are refused |
| item definitions | FEEL types and those of XML Schema by name, components, collections, functions, allowed values and type constraints, which may mention the components beside them; every declared type is checked and coerced |
| imports | several files deployed together, with and without a prefix. An input of an imported model is given as ` + "`{rates: {base: 1}}`" + ` under the name of the import, or else by its name alone; so inputs of one name in several models can differ |
| undeclared variables | a model that declares no input, as Camunda Modeler draws them, sees the process variables |
| functions of kind Java | no Java runs; the pure static methods that models call are known under their Java names: java.lang.Math, String (valueOf, format, join), Integer, Long, Short, Byte, Double, Float, Boolean, Character, java.math.BigDecimal and BigInteger (valueOf). They work on decimals: exact where the method can be, else 15 digits that are the same on every machine; what leaves the range of the Java type is null. The table is ` + "`definitions/feel/external_java.go`" + `; another method is refused at deployment in a boxed function, null with a warning in FEEL text, and both name what is known |
| regular expressions | XPath 3.1 in full: back-references, reluctant quantifiers, class subtraction, \i \c \p{…}, blocks, flags s m i x q. They run in linear time but for back-references, which have a budget of steps |
| not run, refused at deployment | functions of kind PMML, imports of other languages, expressions in other languages than FEEL |

A collect, rule order or output order table in which no rule matches gives an empty list, a count 0, any other table null, unless it has default outputs.

What the standard says (each is shown by a line of ` + "`definitions/feel/testdata/clause_standard.feel`" + `), and where we read it our way:

| | |
|---|---|
| a time, or date and time, without offset beside one with | takes the offset of the other (table 54), also for = so that one of <, = and > always holds; ` + "`is`" + ` tells them apart; they have no difference |
| named arguments that are left out | are null (§10.3.2.13.5), for built-in functions too |
| a filter or index on null | null (table 68); of anything else that is no list, that of a list of it |
| null instance of | true of Null alone (table 61) |
| ` + "`list`, `context`, `range` and `function`" + ` without parameters after instance of | any list and so on, as Camunda has it; table 61 says null |
| ` + "`context put`" + ` with keys that lead through what is no context | null: the inner call of its definition is (table 81) |
| - in a cell | any input, also null (§8.1); §10.3.2.10 leaves null out, no engine does |
| a table of a list policy in which no rule matches | as above; §10.3.2.10 says null |
| ` + "`substring`" + ` beyond the end | gives what there is; table 74 bounds the length |
| ` + "`sum`" + ` of durations of one kind | their sum; table 75 has numbers only |

## Conformance

Results on the public DMN Technology Compatibility Kit (dmn-tck/tck at 0dbcaf9), as far as it lies at ` + "`../shared/tck`" + ` seen from the repository.
FEEL gives null where an evaluation goes wrong, so an engine that always answers null passes two fifths of the suite; the last column therefore
counts only the results that are expected to be something. Numbers compare exactly, but for expectations rounded to eight decimals or more.
A number alone means that all are right.
`
