/**
 * Who may import whom. The longest prefix of a path is its area; an area may import itself and what its line names
 * (`server` stands for everything below it). What has no line is refused, so a new folder needs a decision.
 */
export interface Rules {
  readonly mayImport: Readonly<Record<string, readonly string[]>>;
  readonly packageOwners: readonly PackageOwner[];
  readonly moduleUsers: readonly ModuleUser[];
  readonly textOwners: readonly TextOwner[];
}

/** Only files below `owners` may import the package; those below `typeOwners` its types. */
interface PackageOwner {
  readonly packages: readonly string[];
  readonly owners: readonly string[];
  readonly typeOwners: readonly string[];
}

/** From `within`, this module may be imported by matching paths only, and (where said) in these words only. */
interface ModuleUser {
  readonly module: RegExp;
  readonly within: string;
  readonly users: RegExp;
  readonly names: RegExp | null;
  readonly why: string;
}

/** From `within`, only matching paths may hold the text. */
interface TextOwner {
  readonly text: RegExp;
  readonly within: string;
  readonly owners: RegExp;
  readonly why: string;
}

const EVERYTHING = ['shared', 'cache', 'server', 'client', 'demo', 'bench', 'test', 'scripts'];

export const rules: Rules = {
  mayImport: {
    shared: [],
    cache: ['shared'],

    'server/config': ['shared'],
    'server/clock': [],
    'server/dataDirectory': ['shared'],
    'server/redis': ['server/config', 'shared'],
    'server/sources': ['server/clock', 'server/redis', 'shared'],
    'server/tags': ['server/redis', 'shared'],
    'server/history': ['shared'],
    'server/control': ['server/clock', 'server/redis', 'server/sources', 'shared'],
    'server/services': ['server/redis', 'server/sources', 'server/history', 'shared'],
    'server/snapshot': [
      'server/clock',
      'server/config',
      'server/redis',
      'server/sources',
      'server/services',
      'server/tags',
      'server/history',
      'shared',
    ],
    'server/audit': ['shared'],
    'server/access': ['server/audit', 'server/clock', 'shared'],
    'server/jobs': [
      'server/clock',
      'server/redis',
      'server/control',
      'server/sources',
      'server/tags',
      'server/snapshot',
      'server/audit',
      'shared',
    ],
    'server/api': [
      'server/history',
      'server/snapshot',
      'server/jobs',
      'server/control',
      'server/audit',
      'server/access',
      'shared',
    ],
    'server/cli': ['server/api', 'server/audit', 'server/config', 'shared'],
    'server/http': ['server/api', 'server/access', 'server/config', 'shared'],
    // The composition root, and what it is made of.
    server: ['server', 'shared'],

    'client/ui': ['client/lib', 'shared'],
    'client/charts': ['client/ui', 'client/lib', 'shared'],
    'client/features': ['client/charts', 'client/ui', 'client/lib', 'shared'],
    'client/app': ['client/features', 'client/charts', 'client/ui', 'client/lib', 'shared'],
    'client/lib': ['shared', 'server/api'],
    client: ['client', 'shared'],

    demo: ['cache', 'shared'],
    bench: EVERYTHING,
    test: EVERYTHING,
  },

  packageOwners: [
    { packages: ['ioredis'], owners: ['server/redis', 'demo', 'bench', 'test'], typeOwners: ['cache'] },
    { packages: ['recharts'], owners: ['client/charts'], typeOwners: [] },
    {
      packages: ['fastify', '@fastify/helmet', '@fastify/static'],
      owners: ['server/http', 'test'],
      typeOwners: [],
    },
    {
      packages: ['node:sqlite'],
      owners: ['server/history', 'server/dataDirectory', 'demo', 'bench', 'test'],
      typeOwners: [],
    },
    {
      packages: ['@trpc/client', '@trpc/tanstack-react-query'],
      owners: ['client/lib', 'client/main.tsx', 'test', 'bench'],
      typeOwners: [],
    },
    { packages: ['react', 'react-dom'], owners: ['client', 'test'], typeOwners: [] },
  ],

  moduleUsers: [
    {
      module: /^server\//,
      within: 'client',
      users: /^client\//,
      names: /^type \{ AppRouter \}$/,
      why: 'the page takes nothing from the server but "import type { AppRouter }"',
    },
    {
      module: /^client\/lib\/trpc\.ts$/,
      within: 'client',
      users: /\/use[A-Z]\w*\.tsx?$|^client\/(lib|app)\/\w+Provider\w*\.tsx$|^client\/(app\/\w+|main)\.tsx$/,
      names: null,
      why: 'only use* files ask the server',
    },
  ],

  textOwners: [
    {
      text: /\bmutationOptions\b|\bjobs\.\w+\.mutate\b/,
      within: 'client',
      owners: /\/(useGuardedJob|useApprovalActs|access\/use(Access|User)Acts)\.ts$/,
      why: 'whatever changes something goes through useGuardedJob, and who else must agree through useApprovalActs; users and sessions through useAccessActs and useUserActs',
    },
    {
      text: /\binitTRPC\b/,
      within: 'server',
      owners: /^server\/api\/trpc\.ts$/,
      why: 'a procedure is made by procedureFor or publicProcedure, which declare who may call it',
    },
  ],
};
