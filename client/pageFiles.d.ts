/** Files that the page's build understands and TypeScript does not. */
declare module '*.css';
