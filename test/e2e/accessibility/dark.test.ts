import { testAccessibility } from './testAccessibility.ts';

testAccessibility('dark');
