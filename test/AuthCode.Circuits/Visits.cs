using Azure.Core;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace AuthCode.Circuits;

/// <summary>A circuit handler of the application, which acts for the user: it is created before the circuit.</summary>
internal sealed class Visits(UserCredential credential, Api api, OrdersClient orders) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        string user = Tokens.UserOf((await credential.GetTokenAsync(new TokenRequestContext([Api.Orders]), cancellationToken)).Token);
        if (await api.WhoAmIAsync() != user || await orders.WhoAmIAsync() != user)
        {
            throw new InvalidOperationException("The user of the circuit is not the same in each way.");
        }
    }
}
