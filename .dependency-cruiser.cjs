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
      from: { pathNot: '^(src/(bootstrap|testing)/|src/index[.]ts$|test/|examples/)' },
      to: { path: '^src/(bootstrap/|index[.]ts$)' },
    },
    {
      name: 'client-stands-alone',
      comment: 'It runs in pages, too: no package, no module of Node, nothing of the server.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: '^src/client/' },
    },
    {
      name: 'commands-know-the-client-only',
      comment: 'What speaks to a server by HTTP needs none of its code; what does belongs to bootstrap.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { pathNot: '^src/(cli|client)/|(^|/)node_modules/commander/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'server-needs-no-client',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(client|cli|bootstrap/cli)/' },
      to: { path: '^src/(client|cli)/' },
    },
    {
      name: 'command-line-starts-light',
      comment: 'The server is loaded by the commands that are one, when they are called.',
      severity: 'error',
      from: { path: '^src/bootstrap/cli/(main|local-commands)[.]ts$' },
      to: {
        pathNot: '^src/(cli|client|bootstrap/cli)/|^src/bootstrap/version[.]ts$|(^|/)node_modules/commander/',
        dependencyTypesNot: ['core', 'dynamic-import'],
      },
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
      name: 'testing-is-a-leaf',
      comment: 'The kit for the tests of others stands outside of what it tests.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '^src/testing/' },
      to: { path: '^src/testing/' },
    },
    {
      name: 'production-never-sees-tests',
      comment: 'The kit hands out the suite that all stores pass: there is only one.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '^src/testing/index[.]ts$' },
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
      // An optional peer is named in peerDependenciesMeta, too, which is taken for no kind of declaration.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-dev'] },
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
