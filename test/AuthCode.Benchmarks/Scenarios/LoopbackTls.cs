using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthCode.Benchmarks.Subjects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthCode.Benchmarks.Scenarios;

/// <summary>A redemption over a warm TLS connection on loopback: what is left of the differences once there is a network.</summary>
internal static class LoopbackTls
{
    internal static async Task<IEnumerable<Measure>> RunAsync(int redemptions)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        byte[] answer = System.Text.Encoding.UTF8.GetBytes(TokenServer.AnswerOf(TimeSpan.FromHours(1), new string('R', TokenServer.TokenLength)));

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using WebApplication app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer);
        });
        await app.StartAsync();
        var authority = new Uri(app.Urls.Single() + "/");

        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString() },
        });
        var floor = new Floor(http);
        AuthorizationCodeClient client = Clients.AuthCodeClient(http, authority);
        (string Subject, Func<Task> Redeem)[] subjects =
        [
            ("Floor", () => floor.RedeemAsync(Floor.Endpoint(authority, The.Tenant), The.Code)),
            ("AuthCode", async () => await client.CreateCredential(The.Code, The.Redirect).GetTokenAsync(Clients.Request)),
            ("Azure.Identity", async () => await Clients.AzureIdentity(http, authority).GetTokenAsync(Clients.Request)),
        ];
        var times = subjects.ToDictionary(static subject => subject.Subject, static _ => new List<double>());
        for (int i = 0; i < redemptions + 200; i++)
        {
            // Taken in turns, so that a noisy moment meets all of them.
            foreach ((string subject, Func<Task> redeem) in subjects)
            {
                long start = Stopwatch.GetTimestamp();
                await redeem();
                if (i >= 200)
                {
                    times[subject].Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                }
            }
        }

        return subjects.Select(subject => new Measure("redemption over loopback TLS, p50", subject.Subject, Median(times[subject.Subject]), "µs"));
    }

    internal static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
