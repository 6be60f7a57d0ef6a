import { testAccessibility } from './testAccessibility.ts';

testAccessibility('light');
