namespace AuthCode;

/// <summary>A client authentication that is made anew for each attempt from what the caller's callback returns, so that secrets and certificates can be rotated while the service runs.</summary>
internal sealed class CallbackAuthentication<T> : ClientAuthentication
    where T : class
{
    private readonly Func<CancellationToken, ValueTask<T>> _get;
    private readonly Func<T, ClientAuthentication> _make;
    private readonly string _parameterName;
    private readonly Action<string?, string>? _check;

    /// <param name="get">The callback.</param>
    /// <param name="make">Makes the authentication of one attempt.</param>
    /// <param name="parameterName">The parameter that the caller passed the callback as, for messages.</param>
    /// <param name="check">Refuses what is known to fail at a server of an issuer, whatever the callback returns; <see langword="null"/> for nothing.</param>
    internal CallbackAuthentication(
        Func<CancellationToken, ValueTask<T>> get, Func<T, ClientAuthentication> make, string parameterName, Action<string?, string>? check = null)
    {
        _check = check;
        _get = get;
        _make = make;
        _parameterName = parameterName;
    }

    internal override void Check(DateTimeOffset now, string? issuer, string parameterName) => _check?.Invoke(issuer, parameterName);

    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken) =>
        Authenticate(request, BlockingWait.For(_get(cancellationToken).AsTask(), cancellationToken), cancellationToken);

    // A callback that ignores its token must not hold the request beyond the deadline.
    internal override async ValueTask AuthenticateAsync(ClientRequest request, CancellationToken cancellationToken) =>
        Authenticate(request, await Deadline.Enforce(_get(cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false), cancellationToken);

    private void Authenticate(ClientRequest request, T? current, CancellationToken cancellationToken)
    {
        ClientAuthentication authentication = _make(current ?? throw new InvalidOperationException("The callback of the client authentication returned null."));
        if (authentication is IDisposable own)
        {
            request.Form.Own(own);
        }

        authentication.Check(request.Now, request.Issuer, _parameterName);
        authentication.Authenticate(request, cancellationToken);
    }
}
