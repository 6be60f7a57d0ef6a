import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { parsePageSearch } from '#client/lib/urlState.ts';
import { FailedPage } from './FailedPage.tsx';
import { Frame } from './Frame.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { routes } from './routes.tsx';

/** Pages are one level deep, so the folder of the address is where the server serves the page, behind any proxy. */
export function basePath(pathname: string): string {
  return pathname.slice(0, pathname.lastIndexOf('/') + 1);
}

export function makePageRouter(basepath: string) {
  const root = createRootRoute({
    component: Frame,
    validateSearch: parsePageSearch,
    notFoundComponent: NotFoundPage,
  });
  const pages = routes.map(({ path, component }) =>
    createRoute({ getParentRoute: () => root, path, component, errorComponent: FailedPage }),
  );
  return createRouter({
    routeTree: root.addChildren(pages),
    basepath,
    defaultErrorComponent: FailedPage,
    defaultPreload: 'intent',
  });
}
