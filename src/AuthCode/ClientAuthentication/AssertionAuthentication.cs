namespace AuthCode;

/// <summary>An assertion from the caller's callback, asked for anew at each attempt (RFC 7521 section 4.2, RFC 7523 section 2.2).</summary>
internal sealed class AssertionAuthentication : ClientAuthentication
{
    private readonly Func<CancellationToken, ValueTask<string>> _getAssertion;

    internal AssertionAuthentication(Func<CancellationToken, ValueTask<string>> getAssertion)
    {
        ArgumentNullException.ThrowIfNull(getAssertion);
        _getAssertion = getAssertion;
    }

    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken) =>
        Add(request, BlockingWait.For(_getAssertion(cancellationToken).AsTask(), cancellationToken));

    // A callback that ignores its token must not hold the request beyond the deadline.
    internal override async ValueTask AuthenticateAsync(ClientRequest request, CancellationToken cancellationToken) =>
        Add(request, await Deadline.Enforce(_getAssertion(cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false));

    private static void Add(ClientRequest request, string? assertion)
    {
        if (string.IsNullOrWhiteSpace(assertion) || !Characters.AreVisible(assertion))
        {
            throw new InvalidOperationException("The assertion callback returned no assertion: return a signed JWT in its compact form.");
        }

        // Many callbacks sign a new one each time.
        request.IsMadeAnew = true;
        AddGiven(request, assertion);
    }

    /// <summary>Adds an assertion that was made elsewhere.</summary>
    internal static void AddGiven(ClientRequest request, string assertion)
    {
        // With the process's random seed, as that of a secret.
        request.Fingerprint = string.GetHashCode(assertion, StringComparison.Ordinal);
        AddAssertion(request, assertion);
    }

    internal static void AddAssertion(ClientRequest request, string assertion)
    {
        request.Form.Add(Parameters.ClientId, request.ClientId);
        request.Form.Add(Parameters.ClientAssertionType, Parameters.JwtBearerAssertion);
        request.Form.AddSecret(Parameters.ClientAssertion, assertion);
    }
}
