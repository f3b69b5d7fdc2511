package feel

// Context functions (DMN 1.5 table 82), and get or else and assert of Camunda.
func init() {
	for _, context := range []string{"m", "context"} { // both names are in use
		define("get value("+context+": context, key: string)", getValue)
		define("get value("+context+": context, keys: list)", getNested)
	}
	define("get entries(m: context)", getEntries)
	define("get entries(context: context)", getEntries)
	define("context(entries: list)", contextFrom)
	define("context put(context: context, key: string, value: any)", func(c call, a []Value) Value {
		m := a[0].(*Context)
		if !c.r.roomFor(m.Len() + 1) {
			return Null{}
		}
		return m.With(string(a[1].(String)), a[2])
	})
	define("context put(context: context, keys: list, value: any)", putNested)
	define("context merge(contexts: list)", contextMerge)
	define("get or else(value: any, default: any)", func(_ call, a []Value) Value {
		if a[0].Kind() == KindNull {
			return a[1]
		}
		return a[0]
	})
	define("assert(value: any, condition: any, cause?: string)", assert)
	define("is defined(value: any)", func(call, []Value) Value { return Bool(true) })
}

func getValue(c call, a []Value) Value {
	if v, ok := a[0].(*Context).Lookup(string(a[1].(String))); ok {
		return v
	}
	return c.null("unknown-name", "the context has no such entry")
}

func getEntries(c call, a []Value) Value {
	entries := a[0].(*Context).entries
	if !c.r.roomFor(len(entries)) {
		return Null{}
	}
	list := make(List, len(entries))
	for i, e := range entries {
		list[i] = ContextOf(Entry{"key", String(e.Name)}, Entry{"value", e.Value})
	}
	return list
}

func getNested(c call, a []Value) Value {
	v := a[0]
	keys := a[1].(List)
	if len(keys) == 0 {
		return c.null("argument", "there is no key")
	}
	for _, key := range keys {
		name, ok := key.(String)
		m, isContext := v.(*Context)
		if !ok || !isContext {
			return c.null("argument", "the keys do not lead through contexts")
		}
		if v, ok = m.Lookup(string(name)); !ok {
			return c.null("unknown-name", "the context has no such entry")
		}
	}
	return v
}

// contextFrom makes a context of contexts with key and value.
func contextFrom(c call, a []Value) Value {
	list := a[0].(List)
	if !c.r.roomFor(len(list)) {
		return Null{}
	}
	made := &Context{}
	for _, item := range list {
		e, ok := item.(*Context)
		if !ok {
			return c.null("argument", "an entry is %s, not a context", describe(item))
		}
		key, _ := e.Lookup("key")
		value, given := e.Lookup("value")
		name, ok := key.(String)
		if _, twice := made.find(string(name)); !ok || !given || twice {
			return c.null("argument", "each entry needs a key that is a text of its own, and a value")
		}
		made.put(Entry{string(name), value})
	}
	return made
}

func putNested(c call, a []Value) Value {
	keys := a[1].(List)
	if len(keys) == 0 {
		return c.null("argument", "there is no key")
	}
	v, ok := putAt(c, a[0], keys, a[2])
	if !ok {
		return c.null("argument", "the keys are no texts that lead through contexts")
	}
	return v
}

func putAt(c call, v Value, keys List, value Value) (Value, bool) {
	if len(keys) == 0 {
		return value, true
	}
	m, ok := v.(*Context)
	key, isText := keys[0].(String)
	if !ok || !isText || !c.r.roomFor(m.Len()+1) {
		return nil, false
	}
	inner, _ := m.Lookup(string(key))
	changed, ok := putAt(c, inner, keys[1:], value)
	if !ok {
		return nil, false
	}
	return m.With(string(key), changed), true
}

func contextMerge(c call, a []Value) Value {
	merged := &Context{}
	for _, item := range a[0].(List) {
		m, ok := item.(*Context)
		if !ok {
			return c.null("argument", "an item is %s, not a context", describe(item))
		}
		if !c.r.roomFor(merged.Len() + m.Len()) {
			return Null{}
		}
		for _, e := range m.entries {
			merged.put(e)
		}
	}
	return merged
}

// assert returns the value if the condition is true, else null with the cause as warning.
func assert(c call, a []Value) Value {
	if ok, is := a[1].(Bool); is && bool(ok) {
		return a[0]
	}
	cause := "the condition is not fulfilled"
	if s, ok := optional(a, 2).(String); ok {
		cause = string(s)
	}
	return c.null("assert", "%s", cause)
}
