// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { PlanFigures } from '#client/ui/dialog/PlanFigures.tsx';

afterEach(cleanup);

it('names each figure by what it counts', () => {
  const { container } = render(<PlanFigures figures={[{ value: '31', text: 'keys are kept' }]} />);
  expect(container.querySelector('dt')?.textContent).toBe('keys are kept');
  expect(container.querySelector('dd')?.textContent).toBe('31');
});
