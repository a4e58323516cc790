using System.Net;
using System.Text;

namespace AuthCode.Tests.Wire;

internal sealed class BoundedBodyTests(bool isAsync) : BothWays(isAsync)
{
    private const int Limit = 1024 * 1024;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(8 * 1024 - 1)]
    [TestCase(8 * 1024)]
    [TestCase(8 * 1024 + 1)]
    [TestCase(Limit - 1)]
    [TestCase(Limit)]
    public async Task A_body_up_to_the_limit_is_read_whole(int length)
    {
        byte[] bytes = Bytes(length);
        using BoundedBody body = await Read(new MemoryStream(bytes));

        Assert.Multiple(() =>
        {
            Assert.That(body.IsTooLong, Is.False);
            Assert.That(body.Utf8.SequenceEqual(bytes), Is.True);
        });
    }

    [TestCase(Limit + 1)]
    [TestCase(Limit + 2)]
    [TestCase(3 * Limit)]
    public async Task A_longer_body_is_noticed(int length)
    {
        using BoundedBody body = await Read(new MemoryStream(Bytes(length)));

        Assert.That(body.IsTooLong, Is.True);
    }

    [Test]
    public async Task An_endless_body_is_read_no_further_than_the_limit()
    {
        var endless = new Endless();
        using BoundedBody body = await Read(endless);

        Assert.That((body.IsTooLong, endless.Given), Is.EqualTo((true, (long)Limit + 1)));
    }

    [Test]
    public async Task A_body_that_comes_byte_by_byte_is_read_whole()
    {
        byte[] bytes = Bytes(20_000);
        using BoundedBody body = await Read(new Dripping(bytes));

        Assert.That(body.Utf8.SequenceEqual(bytes), Is.True);
    }

    [TestCase("\uFEFF{}", "{}")]
    [TestCase("\uFEFF\uFEFF{}", "\uFEFF{}")]
    [TestCase("{}\uFEFF", "{}\uFEFF")]
    [TestCase("\uFEFF", "")]
    public async Task One_leading_byte_order_mark_is_left_out(string text, string expected)
    {
        using BoundedBody body = await Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

        Assert.That(Encoding.UTF8.GetString(body.Utf8), Is.EqualTo(expected));
    }

    [Test]
    public async Task Disposal_wipes_what_was_read()
    {
        BoundedBody body = await Read(new MemoryStream(Bytes(100)));

        body.Dispose();

        Assert.That(body.Utf8.ToArray(), Is.All.Zero);
    }

    [Test]
    public void A_read_that_breaks_off_throws_what_the_stream_threw() =>
        Assert.That(() => Read(new Breaking()), Throws.TypeOf<IOException>());

    [Test]
    public async Task A_deadline_ends_a_read_that_hangs([Values] bool heedsToken)
    {
        using var deadline = new CancellationTokenSource();
        var hanging = new Hanging(heedsToken);
        Task read = Read(hanging, deadline.Token);
        await hanging.Arrived;

        await deadline.CancelAsync();

        Assert.That(() => read, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_deadline_ends_the_wait_for_a_body_that_never_begins()
    {
        using var deadline = new CancellationTokenSource();
        using var body = new BoundedBody();
        using var response = new HttpResponseMessage { Content = new NeverBegins() };
        Task read = body.ReadAsync(response, isAbandoned: true, deadline.Token).AsTask();

        await deadline.CancelAsync();

        Assert.That(() => read, Throws.InstanceOf<OperationCanceledException>());
    }

    private Task<BoundedBody> Read(Stream stream, CancellationToken cancellationToken = default)
    {
        return Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

        async Task<BoundedBody> Run()
        {
            var body = new BoundedBody();
            using var response = new HttpResponseMessage { Content = new StreamContent(stream) };
            if (IsAsync)
            {
                await body.ReadAsync(response, isAbandoned: true, cancellationToken);
            }
            else
            {
                body.Read(response, cancellationToken);
            }

            return body;
        }
    }

    private sealed class NeverBegins : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => new TaskCompletionSource<Stream>().Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(static i => (byte)('a' + (i % 23)))];
}
