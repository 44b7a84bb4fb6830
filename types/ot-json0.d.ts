declare module 'ot-json0' {
  type Op = import('../model/json0.ts').Op;
  type Component = import('../model/json0.ts').Component;

  /** The json0 operational transform type; `apply` changes its document in place. */
  export const type: {
    readonly name: 'json0';
    readonly uri: string;
    create(data?: unknown): unknown;
    apply<T>(document: T, op: Op): T;
    invert(op: Op): Op;
    transform(op: Op, other: Op, side: 'left' | 'right'): Op;
    compose(first: Op, second: Op): Op;
    /** Both past each other; the first wins ties. */
    transformX(left: Op, right: Op): [Op, Op];
    normalize(op: Op): Op;
    /** Puts a component behind an op, and makes one of two at one place; changes the op in place. */
    append(op: Component[], component: Component): void;
    /** Puts what becomes of a component that goes past another one behind an op; changes the op in place. */
    transformComponent(op: Component[], component: Component, other: Component, side: 'left' | 'right'): Component[];
  };
  const json0: { readonly type: typeof type };
  export default json0;
}

declare module 'ot-json0/lib/text0.js' {
  type TextOp = readonly import('../model/json0.ts').TextComponent[];
  const text0: {
    transform(op: TextOp, other: TextOp, side: 'left' | 'right'): TextOp;
  };
  export default text0;
}
