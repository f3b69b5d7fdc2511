package dmn

import (
	"cmp"
	"fmt"
	"slices"

	"fasthold/definitions/feel"
)

// hitPolicy says what the result is when several rules match (DMN 1.5 §8.2.8).
type hitPolicy string

const (
	policyUnique      hitPolicy = "UNIQUE"
	policyAny         hitPolicy = "ANY"
	policyPriority    hitPolicy = "PRIORITY"
	policyFirst       hitPolicy = "FIRST"
	policyRuleOrder   hitPolicy = "RULE ORDER"
	policyOutputOrder hitPolicy = "OUTPUT ORDER"
	policyCollect     hitPolicy = "COLLECT"
)

var hitPolicies = []hitPolicy{policyUnique, policyAny, policyPriority, policyFirst, policyRuleOrder, policyOutputOrder, policyCollect}

// aggregators are the FEEL expressions that collect tables apply to the list of their outputs (DMN 1.5 §8.2.8.3).
var aggregators = map[string]string{"SUM": "sum(outputs)", "MIN": "min(outputs)", "MAX": "max(outputs)", "COUNT": "count(outputs)"}

// hitPolicy reads the policy and its aggregator, and checks that the outputs suit them.
func (c *compiler) hitPolicy(e *element, t *table) {
	t.policy = cmp.Or(hitPolicy(collapse(e.attr("hitPolicy"))), policyUnique)
	if !slices.Contains(hitPolicies, t.policy) {
		c.unit.fail(e, "unknown-hit-policy", fmt.Sprintf("there is no hit policy %q", t.policy), "choose one of DMN 1.5 §8.2.8")
		t.policy = policyUnique
	}
	if name := e.attr("aggregation"); name != "" && t.policy == policyCollect {
		c.aggregation(e, t, name)
	}
	ordered := t.policy == policyPriority || t.policy == policyOutputOrder
	if ordered && !slices.ContainsFunc(t.outputs, func(o outputClause) bool { return o.priorities != nil }) {
		c.unit.fail(e, "no-priorities", fmt.Sprintf("the hit policy %s needs output values, which give the priorities", t.policy), "list the output values in falling priority")
	}
}

func (c *compiler) aggregation(e *element, t *table, name string) {
	source := aggregators[name]
	if source == "" {
		c.unit.fail(e, "unknown-aggregation", fmt.Sprintf("there is no aggregation %q", name), "choose SUM, MIN, MAX or COUNT")
		return
	}
	if len(t.outputs) > 1 {
		c.unit.fail(e, "aggregation-of-several", "an aggregation needs a table with one output column", "split the table, or collect without aggregation")
	}
	expr, err := feel.Compile(source, feel.Options{})
	if err != nil {
		c.syntax(e, e, err)
		return
	}
	t.aggregate = expr
}

// outcome gives the result of the table for the rules that matched.
func (t *table) outcome(x *session, env *feel.Env, matched []int) (feel.Value, error) {
	if len(matched) == 0 {
		return t.whenNone(x, env)
	}
	if t.policy == policyUnique && len(matched) > 1 {
		x.warn(t.at, "not-unique", fmt.Sprintf("%d rules match where one may, among them %s and %s", len(matched), t.rules[matched[0]].id, t.rules[matched[1]].id))
		return feel.Null{}, nil
	}
	results := make(feel.List, len(matched))
	for i, m := range matched {
		v, ok, err := t.result(x, env, t.rules[m].outputs)
		if err != nil || !ok {
			return feel.Null{}, err
		}
		results[i] = v
	}
	return t.choose(x, env, results)
}

// choose applies the hit policy to the results of the rules that matched, of which there is at least one.
func (t *table) choose(x *session, env *feel.Env, results feel.List) (feel.Value, error) {
	switch t.policy {
	case policyAny:
		return t.same(x, results), nil
	case policyPriority:
		return t.byPriority(results)[0], nil
	case policyOutputOrder:
		return t.byPriority(results), nil
	case policyRuleOrder:
		return results, nil
	case policyCollect:
		return t.collect(x, env, results)
	}
	return results[0], nil
}

// whenNone gives the default outputs; without them a list policy gives an empty list, a count 0, and any other policy null.
func (t *table) whenNone(x *session, env *feel.Env) (feel.Value, error) {
	cells := make([]plan, len(t.outputs))
	found := false
	for i, out := range t.outputs {
		cells[i] = out.fallback
		found = found || out.fallback != nil
	}
	if found {
		v, _, err := t.result(x, env, cells)
		return v, err
	}
	switch t.policy {
	case policyRuleOrder, policyOutputOrder, policyCollect:
		return t.collect(x, env, feel.List{})
	}
	return feel.Null{}, nil
}

func (t *table) same(x *session, results feel.List) feel.Value {
	for _, v := range results[1:] {
		if eq, _ := feel.Equal(results[0], v); !eq {
			x.warn(t.at, "not-same", "several rules match, and their outputs differ")
			return feel.Null{}
		}
	}
	return results[0]
}

func (t *table) collect(x *session, env *feel.Env, results feel.List) (feel.Value, error) {
	if t.aggregate == nil {
		return results, nil
	}
	v, err := t.aggregate.Eval(env.With(feel.Variables{"outputs": results}))
	x.takeWarnings(t.at)
	return v, x.locate(err, t.at, "")
}

// byPriority sorts results by the place of each output among its column's output values, the first column counting most.
func (t *table) byPriority(results feel.List) feel.List {
	sorted := slices.Clone(results)
	slices.SortStableFunc(sorted, func(a, b feel.Value) int {
		for i := range t.outputs {
			if c := cmp.Compare(t.rank(i, a), t.rank(i, b)); c != 0 {
				return c
			}
		}
		return 0
	})
	return sorted
}

// rank is the place of a result's output among the column's output values; what is not among them comes last.
func (t *table) rank(column int, result feel.Value) int {
	if len(t.outputs) > 1 {
		result, _ = result.(*feel.Context).Lookup(t.outputs[column].name)
	}
	return t.outputs[column].rank(result)
}

func (o *outputClause) rank(output feel.Value) int {
	i := slices.IndexFunc(o.priorities, func(v feel.Value) bool {
		eq, _ := feel.Equal(v, output)
		return eq
	})
	if i < 0 {
		return len(o.priorities)
	}
	return i
}
