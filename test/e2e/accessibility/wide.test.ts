import { sizes } from '#test/support/pages.ts';
import { testAccessibility } from './testAccessibility.ts';

testAccessibility(sizes[0]);
