namespace QuickStart;

/// <summary>Requests the authorization endpoint as a browser would, and returns the address that the server redirects the browser to.</summary>
internal static class Browser
{
    internal static async Task<Uri> SignInAsync(Uri authorizationUri)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler);
        using HttpResponseMessage response = await http.GetAsync(authorizationUri);
        return response.Headers.Location
            ?? throw new InvalidOperationException($"The authorization endpoint responded with HTTP {(int)response.StatusCode} instead of a redirect.");
    }
}
