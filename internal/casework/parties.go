package casework

// Names are what people tell about the parties of a case, since a notification does not. A nil field stays as it is; an empty text takes it away.
type Names struct {
	Citizen                                 *string
	Company                                 *string
	ContactName, ContactPhone, ContactEmail *string
}

// Called returns how people call the company: its name, or its CVR number while nobody has told the name.
func (c Company) Called() string {
	if c.Name == "" && c.CVR != "" {
		return "CVR " + c.CVR
	}
	return c.Name
}
