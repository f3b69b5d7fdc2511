package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// SearchAttributes are the custom search attributes of the namespace, by which cases are listed in the Temporal Web UI.
// A namespace on SQL has room for ten keywords.
func SearchAttributes() map[string]enumspb.IndexedValueType {
	return map[string]enumspb.IndexedValueType{
		"CaseNumber":   enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"Process":      enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"Step":         enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"Municipality": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"Consultant":   enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"DueAt":        enumspb.INDEXED_VALUE_TYPE_DATETIME,
		"Overdue":      enumspb.INDEXED_VALUE_TYPE_BOOL,
		"Incident":     enumspb.INDEXED_VALUE_TYPE_BOOL,
	}
}

// ensureSearchAttributes adds those that a directory made by an older Fasthold lacks. It says no, without an error, while the server does not answer yet.
func ensureSearchAttributes(ctx context.Context, c client.Client) (bool, error) {
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: Namespace})
	if notYet(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("list the search attributes: %w", err)
	}
	missing := SearchAttributes()
	maps.DeleteFunc(missing, func(name string, _ enumspb.IndexedValueType) bool {
		_, there := have.GetCustomAttributes()[name]
		return there
	})
	if len(missing) == 0 {
		return true, nil
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: Namespace, SearchAttributes: missing})
	if err != nil && !notYet(err) {
		return false, fmt.Errorf("add search attributes: %w", err)
	}
	return false, nil
}

// notYet tells an answer of a server that is still starting from a lasting error.
func notYet(err error) bool {
	var unavailable *serviceerror.Unavailable
	var noNamespace *serviceerror.NamespaceNotFound
	return errors.As(err, &unavailable) || errors.As(err, &noNamespace)
}
