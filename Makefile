.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: ## run everything on this machine (the first build takes 5 to 8 minutes)
	go run ./dev

test: ## all tests that this machine can run
	go test ./... ./dev/...

check: ## what takes seconds to a minute: format, vet, staticcheck, workflowcheck, walls
	.ci/run format vet staticcheck workflowcheck walls

ci: ## everything that CI does
	.ci/run

bench: ## benchmarks; choose with BENCH=Regexp, compare two outputs with benchstat
	go test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem $(addsuffix /...,./definitions ./workflows ./internal) ./dev/...

web: ## build the workbench into api/web/dist
	cd api/web && npm ci --no-audit --no-fund && npm run build

.PHONY: help dev test check ci bench web
