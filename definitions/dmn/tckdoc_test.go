package dmn_test

// tckHead begins docs/dmn.md, whose tables TestTCK writes.
const tckHead = `# DMN: what runs, and how it is measured

TBD
`
