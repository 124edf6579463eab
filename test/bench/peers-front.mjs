// What the comparison posts at: POST /register → POST /api/register, and `registrationId` answered as `id`.
import http from 'node:http'

const [port, target] = process.argv.slice(2)
const agent = new http.Agent({ keepAlive: true })

http
  .createServer((request, response) => {
    const { 'content-type': type, 'content-length': length } = request.headers
    const headers = { ...(type ? { 'content-type': type } : {}), ...(length ? { 'content-length': length } : {}) }
    const onward = http.request(
      { agent, host: '127.0.0.1', port: target, method: request.method, path: `/api${request.url}`, headers },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => {
          response.writeHead(answer.statusCode, { 'content-type': 'application/json' })
          response.end(text.replace('"registrationId"', '"id"'))
        })
      },
    )
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  })
  .listen(Number(port), '127.0.0.1')
