// Imports go one way, along the way of an edit. An arrow that is not listed here fails the lint.
const only = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to: { path: '^(model|server|client|tests|bench|tools)/', pathNot: to } });

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', comment: 'A circle has no direction.', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    only('model-stands-alone', '^model/', '^model/', 'The model runs on both sides and imports nothing of ours.'),
    only('server-on-model', '^server/(?!.*\\.test\\.ts$)', '^(server|model)/', 'The server never imports the client.'),
    only('core-on-model', '^client/core/', '^(client/core|model)/', 'The core is TypeScript and RxJS: no Angular, no server.'),
    only('library-on-core', '^client/angular/', '^(client/angular|client/core|model)/', 'The library stands on the core.'),
    only('app-on-library', '^client/app/', '^(client/app|client/angular|client/core|model)/', 'The app stands on the library.'),
    { name: 'core-without-angular', severity: 'error', from: { path: '^client/core/' }, to: { path: '@angular/' } },
    { name: 'store-is-the-end', severity: 'error', comment: 'A store knows the model and nothing above it.', from: { path: '^server/store/', pathNot: '\\.test\\.ts$' }, to: { path: '^server/', pathNot: '^server/store/' } },
    { name: 'sync-below-gate', severity: 'error', comment: 'Sync does not know who asks.', from: { path: '^server/sync/', pathNot: '\\.test\\.ts$' }, to: { path: '^server/(gate|transport|api|auth)/' } },
    { name: 'only-the-root-constructs', severity: 'error', comment: 'One composition root.', from: { path: '^server/', pathNot: '^server/(main|build-server)|\\.test\\.ts$' }, to: { path: '^server/(main|build-server)' } },
    { name: 'nothing-imports-tests', severity: 'error', from: { path: '^(model|server|client|tools)/', pathNot: '\\.(test|spec)\\.ts$|^tools/|contract\\.ts$' }, to: { path: '^(tests|bench)/' } },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.mjs', '.cjs'] },
  },
};
