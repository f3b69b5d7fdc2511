package dmn

import (
	"fmt"

	"fasthold/definitions/feel"
)

// samples are FEEL expressions that give values of a kind for examples: any, below q, between p and q, above p. The first that lies there
// counts. Where none does there is no such value.
type samples struct {
	any                   feel.Value
	below, between, above []*feel.Expression
}

var samplesOf = map[feel.Kind]samples{
	feel.KindNumber:         {feel.Int(0), exprs("q - 1"), exprs("floor(p) + 1", "p + (q - p) / 2"), exprs("floor(p) + 1")},
	feel.KindString:         {feel.Text("other"), exprs(`""`), exprs(`p + "a"`, `p + " "`, "p + nul"), exprs(`p + "a"`)},
	feel.KindDate:           {constantOf(`@"2026-01-01"`), exprs(`q - @"P1D"`), exprs(`p + @"P1D"`), exprs(`p + @"P1D"`)},
	feel.KindDateTime:       {constantOf(`@"2026-01-01T12:00:00"`), exprs(`q - @"PT1H"`), exprs(`p + @"PT1H"`, "p + (q - p) / 2"), exprs(`p + @"PT1H"`)},
	feel.KindTime:           {constantOf(`@"12:00:00"`), exprs(`@"00:00:00"`), exprs(`p + @"PT1H"`, "p + (q - p) / 2"), exprs(`@"23:59:00"`, `@"23:59:59.999999999"`)},
	feel.KindDaysDuration:   {constantOf(`@"P1D"`), exprs(`q - @"P1D"`), exprs(`p + @"P1D"`, "p + (q - p) / 2"), exprs(`p + @"P1D"`)},
	feel.KindMonthsDuration: {constantOf(`@"P1M"`), exprs(`q - @"P1M"`), exprs(`p + @"P1M"`), exprs(`p + @"P1M"`)},
	feel.KindBoolean:        {any: feel.Bool(true)},
}

func exprs(sources ...string) []*feel.Expression {
	var out []*feel.Expression
	for _, source := range sources {
		x, err := feel.Compile(source, feel.Options{})
		if err != nil {
			panic(fmt.Sprintf("dmn: %s: %v", source, err))
		}
		out = append(out, x)
	}
	return out
}

func constantOf(source string) feel.Value {
	v, _ := exprs(source)[0].Constant()
	return v
}

// sample is a value of the kind above p and below q, either of which may be nil; nil when there is none.
func sample(kind feel.Kind, p, q feel.Value) feel.Value {
	s := samplesOf[kind]
	candidates := s.between
	switch {
	case p == nil && q == nil:
		return s.any
	case p == nil:
		candidates = s.below
	case q == nil:
		candidates = s.above
	}
	for _, x := range candidates {
		v, err := x.Eval(&feel.Env{Vars: feel.Variables{"p": p, "q": q, "nul": feel.Text("\x00")}})
		if err == nil && v.Kind() == kind && (p == nil || less(p, v)) && (q == nil || less(v, q)) {
			return v
		}
	}
	return nil
}

func less(a, b feel.Value) bool {
	order, ok := feel.Compare(a, b)
	return ok && order < 0
}

// otherText is a text that is none of those.
func otherText(points []feel.Value) feel.Value {
	text := "other"
	for i := 2; hasPoint(points, feel.Text(text)); i++ {
		text = fmt.Sprintf("other%d", i)
	}
	return feel.Text(text)
}

func hasPoint(points []feel.Value, v feel.Value) bool {
	for _, p := range points {
		if eq, ok := feel.Equal(p, v); ok && eq {
			return true
		}
	}
	return false
}
