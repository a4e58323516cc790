namespace AuthCode;

/// <summary>A public client: its id and nothing else.</summary>
internal sealed class NoAuthentication : ClientAuthentication
{
    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken) =>
        request.Form.Add(Parameters.ClientId, request.ClientId);
}
