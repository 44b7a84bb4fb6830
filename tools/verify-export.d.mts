/** What is wrong with an export, in words, and figures. @throws Error for what is none */
export declare function verifyExport(file: string, given?: { readonly keys?: readonly string[]; readonly anchors?: readonly { readonly n: number; readonly hash: string }[] }): Promise<{
  readonly faults: string[]; readonly documents: number; readonly ops: number; readonly checkpoints: number; readonly removed: number; readonly uncovered: number; readonly at: number;
}>;
