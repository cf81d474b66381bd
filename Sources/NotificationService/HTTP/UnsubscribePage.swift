import LambdaEvents
import ServiceKit

/// What a person sees who opens the link of a mail: one button that sends what mail programs send.
///
/// Nothing of the request is in it, and the button posts to the page's own address.
enum UnsubscribePage {
    static var response: APIResponse {
        var response = APIResponse(status: 200)
        response.contentType = "text/html; charset=utf-8"
        response.headers = [
            "content-security-policy":
                "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
            "referrer-policy": "no-referrer", "x-robots-tag": "noindex",
        ]
        response.body = Array(page.utf8)
        return response
    }

    private static let page = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Nerdwork+: mail</title>
        <style>
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem }
        button { font: inherit; padding: .6rem 1rem }
        </style>
        </head>
        <body>
        <h1>No more mail like this?</h1>
        <p>Nothing has changed yet. The button stops mail that is not about the safety of your account or about what
        you paid and received.</p>
        <p lang="fr">Rien n’a encore changé. Le bouton arrête les messages qui ne concernent ni la sécurité de votre
        compte, ni vos paiements.</p>
        <form method="post">
        <input type="hidden" name="List-Unsubscribe" value="One-Click">
        <button type="submit">Unsubscribe · Se désabonner</button>
        </form>
        </body>
        </html>

        """
}
