/** Shows the panel around a field and puts the focus on the field; at once, since a moving page troubles some. */
export function bringIntoView(field: HTMLElement | null): void {
  // Not in jsdom.
  field?.closest('section')?.scrollIntoView?.({ block: 'nearest' });
  field?.focus({ preventScroll: true });
}
