namespace AuthCode;

/// <summary>The innermost handler of an HTTP client: a handler before it that follows a redirect, with the same message or a copy, sends the token of the user to no other host.</summary>
internal sealed class TokenGuard : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        TokenHosts hosts = UserSend.Of(request).Hosts;
        hosts.Guard(request);
        Uri? address = request.RequestUri;
        HttpResponseMessage? response = null;
        try
        {
            return response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            hosts.NoteRedirects(request, address, response);
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        TokenHosts hosts = UserSend.Of(request).Hosts;
        hosts.Guard(request);
        Uri? address = request.RequestUri;
        HttpResponseMessage? response = null;
        try
        {
            return response = base.Send(request, cancellationToken);
        }
        finally
        {
            hosts.NoteRedirects(request, address, response);
        }
    }
}
