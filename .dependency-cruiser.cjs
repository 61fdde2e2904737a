// The dependency rule, `domain <- application <- adapters <- bootstrap`. Type-only imports count too.
// `test/architecture.test.ts` seeds one violation per rule, so that each is known to bite.

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'Rules and data only: no other layer, no package, not even a module of Node.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'application-sees-domain-only',
      comment: 'Use cases speak to the world through their ports.',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { pathNot: '^src/(application|domain)/' },
    },
    {
      name: 'adapters-never-meet',
      comment: 'Each can be replaced alone; only the two SQL stores share the code in `sql`.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/', pathNot: '^src/adapters/(sqlite|postgres)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'sql-stores-share-sql-only',
      severity: 'error',
      from: { path: '^src/adapters/(sqlite|postgres)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/($1|sql)/' },
    },
    {
      name: 'bootstrap-is-a-leaf',
      comment:
        'Nothing depends on how the parts are put together but the front door and those who come through it.',
      severity: 'error',
      from: { pathNot: '^(src/bootstrap/|src/index[.]ts$|test/|examples/)' },
      to: { path: '^src/(bootstrap/|index[.]ts$)' },
    },
    {
      name: 'inversify-stays-in-bootstrap',
      severity: 'error',
      from: { pathNot: '^(src/bootstrap|test)/' },
      to: { path: '(^|node_modules/)(inversify|reflect-metadata)(/|$)' },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'A released migration never changes; code that it imported would.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|test|examples)/' },
    },
    {
      name: 'production-never-sees-tests',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^(test|examples|bench|scripts)/' },
    },
    {
      name: 'production-needs-no-dev-dependency',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'packages-are-declared',
      comment: 'A package that is only there because another one brought it may be gone tomorrow.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'page-sees-the-api-only',
      comment:
        'The dashboard is a client like any other. Of the server it knows the types of the answers, no code.',
      severity: 'error',
      from: { path: '^dashboard/' },
      to: { path: '^(src|test|migrations|examples|bench)/', pathNot: '^src/adapters/http/schemas/' },
    },
    {
      name: 'page-takes-types-only',
      comment: 'The schemas would bring their library into the page.',
      severity: 'error',
      from: { path: '^dashboard/' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-sees-the-page',
      comment: 'The server finds it built, as files; tests read its logic.',
      severity: 'error',
      from: { path: '^(src|migrations|examples)/' },
      to: { path: '^dashboard/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that cannot be resolved slips past every rule above.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // The build is what `job-server` means to the examples; it may be missing, or be replaced meanwhile.
    doNotFollow: { path: ['node_modules', '^dist/'] },
    // Without these, packages that are ESM only do not resolve, and rules about them pass in silence.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
