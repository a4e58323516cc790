namespace AuthCode;

/// <content>What makes a request ready to be sent, or says why it is not sent.</content>
internal sealed partial class EndpointClient
{
    private bool TryAuthenticate(ClientRequest request, HttpExchange exchange)
    {
        try
        {
            client.Authentication.Authenticate(request, exchange.Deadline);
        }
        catch (Exception e) when (!exchange.IsCancelled)
        {
            exchange.Fail(e);
        }

        return exchange.Exception is null;
    }

    private bool IsRefused(ClientRequest request, HttpExchange exchange)
    {
        if (client.Refused.Find(request) is not { } refusal)
        {
            return false;
        }

        exchange.Fail(new ClientRefusedException(refusal));
        return true;
    }

    private static bool IsWithdrawn(EndpointForm form, HttpExchange exchange)
    {
        if (form.MayBeSent?.Invoke() != false)
        {
            return false;
        }

        exchange.Fail(new FormWithdrawnException());
        return true;
    }

    private bool TryComplete(HttpExchange exchange, EndpointForm form, string? nonce)
    {
        try
        {
            form.Write(exchange.Form, client.Profile);
            client.Profile.AddHeaders(exchange.Request.Headers, form.RequestId, form.RoutingHint);
        }
        catch (Exception e) when (!exchange.IsCancelled)
        {
            exchange.Fail(new RequestNotMadeException(Failures.RequestNotMade(e)));
            return false;
        }

        return !form.CarriesProof || TryProve(exchange, HttpMethod.Post, nonce, accessToken: null);
    }

    // A key can be elsewhere, and be disposed of.
    private bool TryProve(HttpExchange exchange, HttpMethod method, string? nonce, string? accessToken)
    {
        try
        {
            client.Profile.Proofs?.Add(exchange.Request.Headers, method, exchange.Address, nonce, accessToken);
            return true;
        }
        catch (Exception e) when (!exchange.IsCancelled)
        {
            exchange.Fail(new RequestNotMadeException(Failures.ProofFailed(e)));
            return false;
        }
    }
}
