export interface Category {
  readonly slug: string;
  /** Share of the products, relative to the other categories. */
  readonly weight: number;
  readonly nouns: readonly string[];
}

export const categories: readonly Category[] = [
  { slug: 'electronics', weight: 24, nouns: ['Headphones', 'Speaker', 'Charger', 'Monitor', 'Keyboard'] },
  { slug: 'books', weight: 16, nouns: ['Novel', 'Atlas', 'Cookbook', 'Biography'] },
  { slug: 'clothing', weight: 14, nouns: ['Jacket', 'Shirt', 'Jeans', 'Scarf'] },
  { slug: 'home-garden', weight: 10, nouns: ['Lamp', 'Planter', 'Shelf', 'Rug'] },
  { slug: 'toys', weight: 8, nouns: ['Puzzle', 'Kite', 'Building Set'] },
  { slug: 'sports', weight: 7, nouns: ['Racket', 'Yoga Mat', 'Helmet'] },
  { slug: 'kitchen', weight: 6, nouns: ['Pan', 'Kettle', 'Knife'] },
  { slug: 'beauty', weight: 5, nouns: ['Cream', 'Brush', 'Perfume'] },
  { slug: 'office', weight: 4, nouns: ['Desk', 'Chair', 'Notebook'] },
  { slug: 'music', weight: 3, nouns: ['Guitar', 'Record', 'Tuner'] },
  { slug: 'pets', weight: 2, nouns: ['Leash', 'Bowl', 'Cat Tree'] },
  { slug: 'gift-cards', weight: 1, nouns: ['Gift Card'] },
];

export const brands: readonly string[] = [
  'acme',
  'borealis',
  'cedar',
  'dunlin',
  'ember',
  'fjord',
  'granite',
  'harbor',
  'indigo',
  'juniper',
  'kestrel',
  'lumen',
  'meridian',
  'north-star',
  'orchard',
  'pinecone',
  'quartz',
  'ridge',
  'solace',
  'tundra',
];

/** Features that the back office turns on and off. */
export const flags: readonly string[] = [
  'new-checkout',
  'gift-wrap',
  'one-click',
  'dark-mode',
  'reviews',
  'chat',
];

export const campaigns: readonly string[] = ['spring-sale', 'clearance', 'members'];

export const locales: readonly string[] = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'nl',
  'pl',
  'sv',
  'pt',
  'da',
  'fi',
  'cs',
];
