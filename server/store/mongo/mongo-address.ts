/** A MongoDB address without name, password and options, for logs and error messages. */
export function withoutSecrets(address: string): string {
  return address.replace(/^(mongodb(?:\+srv)?:\/\/)(?:[^@/]*@)?([^/?]*)(\/[^?]*)?(\?.*)?$/, '$1$2$3');
}
