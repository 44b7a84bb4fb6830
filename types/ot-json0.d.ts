declare module 'ot-json0' {
  type Op = import('../model/json0.ts').Op;

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
  };
  const json0: { readonly type: typeof type };
  export default json0;
}
