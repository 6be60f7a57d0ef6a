// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';

afterEach(cleanup);

function partsOf(text: string, isAddress = false): readonly (string | null)[] {
  const { container } = render(<MiddleText text={text} isAddress={isAddress} />);
  return [...(container.querySelector('code')?.children ?? [])].map(({ textContent }) => textContent);
}

it.each([
  ['shop-1', ['shop-1']],
  ['localhost:9100', ['localhost:9100']],
  ['checkout-api-7f9c6b8d54-x2x9q:9100', ['checkout-api-7f9c', '6b8d54-x2x9q', ':9100']],
  [
    'checkout-api-7f9c6b8d54-x2x9q.svc.cluster.internal:9100',
    ['checkout-api-7f9c', '6b8d54-x2x9q', '.svc.cluster.internal:9100'],
  ],
  ['web-1.payments.svc.cluster.internal:9100', ['web-1', '.payments.svc.cluster.internal:9100']],
  // No name of a host, so that it may differ anywhere.
  ['com.example.shop.checkout.instance-17', ['com.example.shop.checkout', '.instance-17']],
  ['fd00:1234:5678:9abc:def0:1234:9100', ['fd00:1234:5678:9abc:de', 'f0:1234:9100']],
])('of an address, %s, the domain and port stand apart, to give way first', (text, parts) => {
  expect(partsOf(text, true)).toEqual(parts);
});

it('the middle of another name gives way, whatever stands at its end', () => {
  expect(partsOf('catalog-product-by-category:9100')).toEqual(['catalog-product-by-c', 'ategory:9100']);
});
