import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { parsePageSearch, spanSearch } from '#client/lib/urlState.ts';
import { FailedPage } from './FailedPage.tsx';
import { Frame } from './Frame.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { type PageQueries, routes } from './routes.tsx';

/** Pages are one level deep, so the folder of the address is where the server serves the page, behind any proxy. */
export function basePath(pathname: string): string {
  return pathname.slice(0, pathname.lastIndexOf('/') + 1);
}

export function makePageRouter(basepath: string, queries: PageQueries) {
  const root = createRootRoute({
    component: Frame,
    validateSearch: parsePageSearch,
    notFoundComponent: NotFoundPage,
  });
  const pages = routes.map(({ path, component, prefetch }) =>
    createRoute({
      getParentRoute: () => root,
      path,
      component,
      errorComponent: FailedPage,
      loaderDeps: ({ search }) => spanSearch(search),
      // Not awaited: the page is drawn at once, and says that it loads.
      loader: ({ deps }) => void prefetch?.(queries, deps),
    }),
  );
  return createRouter({
    routeTree: root.addChildren(pages),
    basepath,
    defaultErrorComponent: FailedPage,
    defaultPreload: 'intent',
  });
}
