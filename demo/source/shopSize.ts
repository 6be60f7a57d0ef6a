export interface ShopSize {
  readonly productCount: number;
  readonly userCount: number;
}

export const fullSize: ShopSize = { productCount: 30_000, userCount: 20_000 };
