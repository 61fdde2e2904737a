/** As far as the tests use it. */
declare module '@20minutes/s3rver' {
  import type { AddressInfo } from 'node:net'
  import type Koa from 'koa'

  class S3rver extends Koa {
    constructor(options: {
      readonly address: string
      readonly port: number
      readonly silent: boolean
      readonly directory: string
      readonly vhostBuckets: boolean
      readonly configureBuckets: readonly { readonly name: string }[]
    })
    run(): Promise<AddressInfo>
    close(): Promise<void>
    readonly httpServer: import('node:http').Server
    readonly logger: { silent: boolean }
  }
  export default S3rver
}
