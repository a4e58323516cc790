using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AuthCode.Farm.Parts;

/// <summary>A port of loopback for a server that another process opens, or that is opened again later.</summary>
internal static class FreePort
{
    // Below the ports that systems give to outgoing connections: the tests that run meanwhile open thousands of those.
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    internal static int Next()
    {
        while (true)
        {
            int port = RandomNumberGenerator.GetInt32(Lowest, Highest);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
