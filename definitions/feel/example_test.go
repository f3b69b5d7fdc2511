package feel_test

import (
	"fmt"
	"time"

	"fasthold/definitions/feel"
)

// A condition is compiled once; what it reads and why it became null can be asked.
func ExampleCompile() {
	e, err := feel.Compile(`first absence + @"P56D" < today()`, feel.Options{Names: []string{"first absence"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.References())
	env := &feel.Env{
		Vars: feel.Variables{"first absence": feel.DateOf(2026, time.September, 1)},
		Now:  time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC),
	}
	fmt.Println(e.Eval(env))

	env.Vars = feel.Variables{}
	fmt.Println(e.Eval(env))
	fmt.Println(env.Warnings[0].Message)
	// Output:
	// [first absence]
	// true <nil>
	// null <nil>
	// there is no variable first absence
}

// The cell of a decision table tests an input.
func ExampleCompileUnaryTests() {
	cell, err := feel.CompileUnaryTests(`< 8, [22..26)`, feel.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, weeks := range []int64{4, 8, 22} {
		fmt.Println(cell.Test(nil, feel.Int(weeks)))
	}
	// Output:
	// true <nil>
	// false <nil>
	// true <nil>
}

// A problem is shown where it is.
func ExampleSyntaxError() {
	_, err := feel.Compile(`if weeks > 8 than "late" else "in time"`, feel.Options{})
	fmt.Println(err)
	// Output:
	// 1:14: expected then after the condition, found than
	// if weeks > 8 than "late" else "in time"
	//              ^
}
