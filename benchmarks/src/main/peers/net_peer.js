// Servers in Node: `net_peer.js echo|tls|http|idle CERTIFICATE KEY` says `port NUMBER` and serves until its input ends.
const fs = require('fs');
const [service, certificate, key] = process.argv.slice(2);

function echo(socket) {
  socket.setNoDelay(true);
  socket.on('data', (data) => socket.write(data));
  socket.on('error', () => socket.destroy());
}

function server() {
  switch (service) {
    case 'tls':
      return require('tls').createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }, echo);
    case 'http':
      return require('http').createServer((request, response) => {
        response.setHeader('Content-Type', 'text/plain; charset=utf-8');
        response.setHeader('Content-Length', 13);
        response.end('Hello, World!');
      });
    default:
      return require('net').createServer(echo);
  }
}

const listening = server();
listening.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => {
  console.log('port ' + listening.address().port);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
