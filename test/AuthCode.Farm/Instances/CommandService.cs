using System.Collections.Concurrent;
using Azure.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthCode.Farm.Instances;

/// <summary>Does what the lines of the standard input say, each at once, and writes a line when it is done.</summary>
internal sealed class CommandService(AuthorizationCodeClient client, UserSessions sessions, ShiftedClock clock, Gate gate) : BackgroundService
{
    private static readonly Uri RedirectUri = new("https://app.example/signin-oidc");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Instance.Write(new Reply());

        // Reading from the console cannot be canceled, and the host must not wait for it when it stops.
        while (await Task.Run(Console.In.ReadLine, CancellationToken.None).WaitAsync(stoppingToken) is { } line)
        {
            Command command = Lines.Read<Command>(line);
            _ = Task.Run(() => AnswerAsync(command), CancellationToken.None);
        }
    }

    private async Task AnswerAsync(Command command)
    {
        Reply reply;
        try
        {
            reply = await DoAsync(command);
        }
        catch (Exception e)
        {
            reply = new Reply { Error = e.ToString() };
        }

        Instance.Write(reply with { Id = command.Id });
    }

    private async Task<Reply> DoAsync(Command command)
    {
        switch (command.Do)
        {
            case "begin":
                return new Reply { Pages = await Task.WhenAll(Enumerable.Range(0, command.Count).Select(_ => BeginAsync(command.Scope))) };
            case "complete":
                return new Reply { Sessions = await Task.WhenAll(command.Callbacks.Select(CompleteAsync)) };
            case "acquire":
                return new Reply { Tally = await AcquireAsync(command) };
            case "show":
                return new Reply { Tokens = await Task.WhenAll(command.Sessions.Select(session => TokenAsync(session, command.Scope))) };
            case "end":
                await Task.WhenAll(command.Sessions.Select(session => sessions.EndAsync(session.Key).AsTask()));
                return new Reply();
            case "flush":
                return new Reply { Count = await sessions.FlushAsync() };
            case "advance":
                clock.Ahead += TimeSpan.FromSeconds(command.Seconds);
                return new Reply();
            case "close":
                gate.Close(command.Place);
                return new Reply();
            case "open":
                gate.Open();
                return new Reply();
            default:
                throw new InvalidOperationException($"There is no command '{command.Do}'.");
        }
    }

    private async Task<SignInPage> BeginAsync(string scope)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(RedirectUri, [scope]);
        return new SignInPage(request.Uri, request.Transaction.Serialize());
    }

    private async Task<Session> CompleteAsync(Callback callback)
    {
        SignedInUser user = await client.CompleteSignInAsync(AuthorizationTransaction.Parse(callback.Transaction), callback.Uri);
        return new Session(user.SessionKey!, user.AccountKey, user.Principal.FindFirst("oid")!.Value);
    }

    private async Task<Tally> AcquireAsync(Command command)
    {
        var outcomes = new ConcurrentQueue<string>();
        await Task.WhenAll(command.Sessions.SelectMany(session => Enumerable.Range(0, command.Count).Select(async _ => outcomes.Enqueue(await OutcomeAsync(session, command.Scope)))));
        Dictionary<string, int> counts = outcomes.CountBy(static outcome => outcome).ToDictionary();
        int Take(string outcome) => counts.Remove(outcome, out int count) ? count : 0;
        return new Tally(Take("token"), Take("foreign"), Take("missing"), counts);
    }

    private async Task<string> TokenAsync(Session session, string scope) =>
        (await (await sessions.FindAsync(session.Key))!.Credential.GetTokenAsync(new TokenRequestContext([scope]), CancellationToken.None)).Token;

    private async Task<string> OutcomeAsync(Session session, string scope)
    {
        try
        {
            if (await sessions.FindAsync(session.Key) is not { } found)
            {
                return "missing";
            }

            AccessToken token = await found.Credential.GetTokenAsync(new TokenRequestContext([scope]), CancellationToken.None);
            return new JsonWebToken(token.Token).GetClaim("oid").Value == session.ObjectId ? "token" : "foreign";
        }
        catch (AuthenticationFailedException e)
        {
            return e.IsTransient ? "transient" : e.IsSignInRequired ? "sign-in required" : $"failed: {e.Message}";
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }
}
