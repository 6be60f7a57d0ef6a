import { testAccessibility } from '#test/support/testAccessibility.ts';

testAccessibility('light');
