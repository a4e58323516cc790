using System.Text;

namespace AuthCode.Tests.Wire;

/// <summary>A form that is read once, and says how far it has come.</summary>
internal sealed class FormContentTests
{
    private readonly FormBody _form = new();

    public FormContentTests() => _form.AddSecret("code", "the-code");

    [Test]
    public void Written_it_has_been_sent()
    {
        using var content = new FormContent(_form);
        ExchangeStage before = content.Stage;
        using var socket = new Sink();

        content.CopyTo(socket, null, default);

        Assert.That((before, content.Stage, socket.Text), Is.EqualTo((ExchangeStage.Sending, ExchangeStage.Sent, "code=the-code")));
    }

    [Test]
    public async Task Read_by_a_handler_it_may_have_been_sent()
    {
        using var content = new FormContent(_form);

        using Stream read = await content.ReadAsStreamAsync();
        string text = await new StreamReader(read, Encoding.ASCII).ReadToEndAsync();

        Assert.That((content.Stage, text), Is.EqualTo((ExchangeStage.Sent, "code=the-code")));
    }

    [Test]
    public void It_is_written_once([Values] bool isAsync)
    {
        using var content = new FormContent(_form);
        using var socket = new Sink();
        content.CopyTo(socket, null, default);

        Assert.That(() => isAsync ? content.CopyToAsync(socket) : Task.Run(() => content.CopyTo(socket, null, default)), Throws.TypeOf<FormUnavailableException>());
        Assert.That(socket.Text, Is.EqualTo("code=the-code"));
    }

    [Test]
    public void Written_by_a_transport_alone_it_was_not_processed_before_and_is_withdrawn_after_three_times()
    {
        using var content = new FormContent(_form, isOfOwnClient: true);
        using var socket = new Sink();
        ExchangeStage[] stages = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            content.CopyTo(socket, null, default);
            return content.Stage;
        })];

        Assert.Multiple(() =>
        {
            Assert.That(() => content.CopyTo(socket, null, default), Throws.TypeOf<UnprocessedRequestException>());
            Assert.That(() => content.CopyTo(socket, null, default), Throws.TypeOf<FormUnavailableException>());
            Assert.That(socket.Text, Is.EqualTo("code=the-codecode=the-codecode=the-code"));
            Assert.That(stages, Is.All.EqualTo(ExchangeStage.Sent));
            Assert.That((content.Stage, content.TryWithdraw()), Is.EqualTo((ExchangeStage.Sending, true)));
        });
    }

    [Test]
    public void Withdrawn_it_is_not_written()
    {
        using var content = new FormContent(_form);
        using var socket = new Sink();
        bool isWithdrawn = content.TryWithdraw();

        Assert.That(() => content.CopyTo(socket, null, default), Throws.TypeOf<FormUnavailableException>());
        Assert.That((isWithdrawn, socket.Text, content.Stage), Is.EqualTo((true, "", ExchangeStage.Sending)));
    }

    [Test]
    public void What_works_once_is_not_written_once_it_is_withdrawn()
    {
        _form.Use = new SingleUse();
        using var content = new FormContent(_form);
        using var socket = new Sink();
        bool isWithdrawn = _form.Use.TryWithdraw();

        Assert.That(() => content.CopyTo(socket, null, default), Throws.TypeOf<FormUnavailableException>());
        Assert.That((isWithdrawn, socket.Text, content.Stage), Is.EqualTo((true, "", ExchangeStage.Sending)));
    }

    [Test]
    public void What_works_once_is_withdrawn_after_it_was_written_only_if_it_was_not_used([Values] bool isUnused)
    {
        _form.Use = new SingleUse();
        using var content = new FormContent(_form);
        using var socket = new Sink();
        content.CopyTo(socket, null, default);
        if (isUnused)
        {
            _form.Use.NoteUnused();
        }

        Assert.That(_form.Use.TryWithdraw(), Is.EqualTo(isUnused));
    }

    [Test]
    public void Written_it_cannot_be_withdrawn()
    {
        using var content = new FormContent(_form);
        using var socket = new Sink();
        content.CopyTo(socket, null, default);

        Assert.That(content.TryWithdraw(), Is.False);
    }

    [Test]
    public async Task The_bytes_are_zeroed_when_the_transport_has_let_go_of_them()
    {
        // Of a length that gives its bytes to no other test afterwards.
        string code = new('c', PinnedBytes.PooledSize + 1);
        var form = new FormBody();
        form.AddSecret("code", code);
        using var content = new FormContent(form);
        using var socket = new Sink { Gate = new TaskCompletionSource() };
        Task writing = content.CopyToAsync(socket);

        form.Dispose();
        byte[] during = socket.Memory.ToArray();
        socket.Gate.SetResult();
        await writing;

        Assert.That((Encoding.ASCII.GetString(during), socket.Memory.ToArray().Any(static value => value != 0)), Is.EqualTo(($"code={code}", false)));
    }

    /// <summary>What a transport writes to.</summary>
    private sealed class Sink : Stream
    {
        private readonly List<byte> _written = [];

        internal string Text => Encoding.ASCII.GetString([.. _written]);

        internal TaskCompletionSource? Gate { get; init; }

        internal ReadOnlyMemory<byte> Memory { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _written.AddRange(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => _written.AddRange(buffer);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Memory = buffer;
            Write(buffer.Span);
            if (Gate is not null)
            {
                await Gate.Task;
            }
        }
    }
}
