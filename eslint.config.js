import tseslint from 'typescript-eslint'

const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Export by name: a name that can be searched for.',
}

/** Time and chance are arguments of the rules, never read by them (ARCHITECTURE.md). */
const NO_AMBIENT_TIME_OR_CHANCE = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
    message: 'Take `now: Date` as an argument, or ask the Clock port.',
  },
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'Take `now: Date` as an argument, or ask the Clock port.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Take `random` as an argument.',
  },
]

const typed = [
  'src/**/*.ts',
  'test/**/*.ts',
  'migrations/**/*.ts',
  'examples/**/*.ts',
  'bench/**/*.ts',
  'dashboard/**/*.{ts,tsx}',
]

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'coverage/', 'node_modules/', 'src/client/api-types.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: typed,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 400 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': [
        'error',
        { fixMixedExportsWithInlineTypeSpecifier: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Numbers read well in a template, and `${error}` is what a log line wants.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // One-line arrows that pass a void call on are the house's way of writing callbacks.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Ports are asynchronous by contract; the in-memory adapters fulfil them without awaiting.
      '@typescript-eslint/require-await': 'off',
      // Method syntax in interfaces is deliberate: definitions of any params type share one registry.
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      // The compiler narrows a field across an await in which it changes, and this rule believes it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // What comes from a handler or from plain JavaScript may not be what its type says.
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      // `JobDefinition<never>` says more than the default that it repeats.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // Takes structurally equal classes of winston and its transport for strangers.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['src/domain/**/*.ts', 'src/application/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, ...NO_AMBIENT_TIME_OR_CHANCE] },
  },
  {
    // What an assertion says first is what these rules ask for again.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      'no-console': 'off',
    },
  },
  { files: ['examples/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['scripts/**/*.mjs', 'dashboard/*.mjs', '*.js', '*.cjs'],
    extends: [tseslint.configs.base],
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'no-unused-vars': 'error',
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
)
