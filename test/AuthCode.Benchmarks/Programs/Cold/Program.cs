using System.Diagnostics;
using AuthCode.Benchmarks.Cold;

// Each program could talk to a network, so that its size says what clients add to one that does.
// Constructor to token, in milliseconds; whoever starts the process measures the whole of it.
long start = Stopwatch.GetTimestamp();
using var http = new HttpClient(args.Length > 0 ? new SocketsHttpHandler() : new InMemory());
string token = await Subject.RedeemAsync(http);
double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
Console.WriteLine(token.Length > 0 ? took.ToString("F2", System.Globalization.CultureInfo.InvariantCulture) : "no token");
