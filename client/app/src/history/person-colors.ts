/** Those of the tokens, in the order in which they are given. */
export const personColors = ['p1', 'p9', 'p11', 'p3', 'p8', 'p5', 'p10', 'p7', 'p6', 'p2', 'p4', 'p12'];
