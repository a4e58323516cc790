using AuthCode.Testing.Http;

namespace AuthCode.Testing;

/// <content>A whole sign-in, for tests of a service.</content>
public sealed partial class FakeAad
{
    /// <summary>Signs the user in at a service under test: requests a page of the service, and follows all redirects to the fake and back.</summary>
    /// <param name="browser">The client of the service, which keeps cookies, such as that of a <c>WebApplicationFactory</c>. Its base address begins with <c>https</c>, since cookies of a sign-in are <c>Secure</c>.</param>
    /// <param name="path">The page, which requires a user, or an endpoint that starts a sign-in.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The response to which the redirects led: the page, if the user is signed in. Dispose of it.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The browser has no base address that begins with <c>https</c>.</exception>
    /// <exception cref="InvalidOperationException">The fake refused the sign-in, for example because the redirect URI is not registered, or the redirects had no end.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// Set <see cref="FakeAadOptions.RedirectUris"/> to the callback of the service below the base address, and let the client follow no
    /// redirects by itself (<c>AllowAutoRedirect = false</c>). Responses in a form are posted, and the sign-in page is answered with a sign-in.
    /// </remarks>
    public async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(browser);
        ArgumentNullException.ThrowIfNull(path);
        if (browser.BaseAddress is not { Scheme: "https" } origin)
        {
            throw new ArgumentException(
                "The browser must have a base address that begins with https, or it keeps no cookie of a sign-in: " +
                "create it with CreateClient(new() { BaseAddress = new(\"https://localhost\"), AllowAutoRedirect = false }).", nameof(browser));
        }

        using var walk = new SignInWalk(browser, AuthorityHost, Certificate);
        return await walk.GoAsync(new Uri(origin, path), cancellationToken).ConfigureAwait(false);
    }
}
