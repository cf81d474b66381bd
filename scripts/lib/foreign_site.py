"""A page of another origin that tries to read the console, to frame it, and to change something through it."""

import http.server
import threading

PAGE = """<!doctype html><title>foreign</title>
<iframe src="TARGET/_local"></iframe>
<iframe name="sink"></iframe>
<form method="post" target="sink" enctype="text/plain" action="TARGET/_local/api/events">
<input name='{"source":"nerdwork.comic","detailType":"planted-by-a-foreign-page","detail":{"x":"' value='"}}'></form>
<script>
const body = '{"source":"nerdwork.comic","detailType":"planted-by-a-foreign-page","detail":{}}';
onload = async () => {
  document.forms[0].submit();
  for (const mode of ["no-cors", "cors"]) {
    for (const type of ["text/plain", "application/json"])
      await fetch("TARGET/_local/api/events", { method: "POST", mode, body, headers: { "content-type": type } }).catch(() => {});
  }
  window.tried = await fetch("TARGET/_local/api/mail").then(answer => answer.text(), () => "refused");
};
</script>"""


class ForeignSite:
    """Serves that page on another port, which makes it another origin."""

    def __init__(self, target):
        page = PAGE.replace("TARGET", target).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
