"""Vec2Face as the authors' code has it, both discriminators and the losses in PyTorch, at any width."""
import torch
import torch.nn as nn
import torch.nn.functional as F

TOKENS = 50


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        shares = (q @ k.transpose(-2, -1) / (w // self.heads) ** 0.5).softmax(-1)
        return self.proj((shares @ v).transpose(1, 2).reshape(b, n, w))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attn, self.mlp = Attention(width, heads), Mlp(width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Residual(nn.Module):
    """The shortcut of the authors' code is of the result, not of what goes in."""

    def __init__(self, a, b):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(32, a, eps=1e-6), nn.GroupNorm(32, b, eps=1e-6)
        self.conv1 = nn.Conv2d(a, b, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(b, b, 3, padding=1, bias=False)
        if a != b:
            self.nin_shortcut = nn.Conv2d(b, b, 1, bias=False)

    def forward(self, x):
        h = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return (self.nin_shortcut(h) if hasattr(self, 'nin_shortcut') else x) + h


class ImageDecoder(nn.Module):
    def __init__(self, channels, widths, blocks):
        super().__init__()
        width = widths[-1]
        self.conv_in = nn.Conv2d(channels, width, 3, padding=1)
        self.mid = nn.Module()
        self.mid.block_1, self.mid.block_2 = Residual(width, width), Residual(width, width)
        levels = []
        for level in reversed(range(len(widths))):
            up = nn.Module()
            up.block = nn.ModuleList()
            for _ in range(blocks):
                up.block.append(Residual(width, widths[level]))
                width = widths[level]
            if level > 0:
                up.upsample = nn.Module()
                up.upsample.conv = nn.Conv2d(width, width, 3, padding=1)
            levels.insert(0, up)
        self.up = nn.ModuleList(levels)
        self.norm_out = nn.GroupNorm(32, width, eps=1e-6)
        self.conv_out = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, x):
        h = self.mid.block_2(self.mid.block_1(self.conv_in(x)))
        for level in reversed(range(len(self.up))):
            for block in self.up[level].block:
                h = block(h)
            if level > 0:
                h = self.up[level].upsample.conv(F.interpolate(h, scale_factor=2.0, mode='nearest'))
        return self.conv_out(F.silu(self.norm_out(h)))


class Vec2Face(nn.Module):
    def __init__(self, size, width, heads, channels, widths, blocks):
        super().__init__()
        self.latent_prior_proj_f = nn.Linear(size, width)
        self.feature_token = nn.Linear(1, TOKENS - 1)
        self.token_emb = nn.Module()
        self.token_emb.position_embeddings = nn.Embedding(TOKENS, width)
        self.token_emb.LayerNorm = nn.LayerNorm(width, eps=1e-6)
        self.blocks = nn.ModuleList([Block(width, heads)])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.decoder_embed = nn.Linear(width, width)
        self.decoder_pos_embed_learned = nn.Parameter(0.02 * torch.randn(1, TOKENS, width))
        self.decoder_blocks = nn.ModuleList([Block(width, heads)])
        self.decoder_norm = nn.LayerNorm(width, eps=1e-6)
        self.im_decoder_proj = nn.Linear(width, channels)
        self.im_decoder = ImageDecoder(channels, widths, blocks)

    def forward(self, vector, dropped, masked):
        feature = self.latent_prior_proj_f(vector)
        token = feature.unsqueeze(1)
        places = self.feature_token(feature.unsqueeze(2)).transpose(1, 2)
        places = torch.where(masked[:, 1:, None], token, places)
        x = torch.cat([token, places], 1) + self.token_emb.position_embeddings.weight
        x = self.token_emb.LayerNorm(x)
        rows, _, width = x.shape
        x = x[~dropped].reshape(rows, -1, width)
        for block in self.blocks:
            x = block(x)
        x = self.decoder_embed(self.norm(x))
        whole = x[:, :1].repeat(1, TOKENS, 1)
        whole[~dropped] = x.reshape(-1, x.shape[2])
        x = torch.where(masked[:, :, None], x[:, :1], whole) + self.decoder_pos_embed_learned
        for block in self.decoder_blocks:
            x = block(x)
        grid = self.im_decoder_proj(self.decoder_norm(x)[:, 1:]).reshape(rows, 7, 7, -1).permute(0, 3, 1, 2)
        return self.im_decoder(grid)


class Recogniser(nn.Module):
    def __init__(self, size, side):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 5, 4, 2)
        self.second = nn.Conv2d(8, 16, 3, 4, 1)
        self.last = nn.Linear(16 * (-(-side // 16)) ** 2, size)

    def forward(self, image):
        a = F.relu(self.first(image))
        b = F.relu(self.second(a))
        return 10 * self.last(b.flatten(1)), a, b


class CrossEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        first = nn.Module()
        first.convs = nn.ModuleList(
            nn.Conv2d(3, width // share, k, padding=(k - 1) // 2) for k, share in ((3, 2), (7, 4), (15, 4)))
        self.layers = nn.ModuleList([nn.ModuleList([first])])
        for level in range(3):
            a, b = width << level, width << (level + 1)
            residual = nn.Module()
            residual.block = nn.Module()
            residual.block.groupnorm, residual.block.project = nn.GroupNorm(8, b), nn.Conv2d(b, b, 3, padding=1)
            self.layers.append(nn.ModuleList([nn.Conv2d(a, b, 4, 2, 1), nn.Identity(), nn.GroupNorm(8, b), residual]))
        last = width << 3
        self.to_logits = nn.ModuleList([nn.Conv2d(last, last, 1), nn.Identity(), nn.Conv2d(last, 1, 4)])

    def forward(self, x):
        leaky = lambda value: F.leaky_relu(value, 0.1)
        x = leaky(torch.cat([conv(x) for conv in self.layers[0][0].convs], 1))
        for halve, _, norm, residual in self.layers[1:]:
            x = norm(leaky(halve(x)))
            x = x + residual.block.project(leaky(residual.block.groupnorm(x)))
        return self.to_logits[2](leaky(self.to_logits[0](x)))


class Spectral(nn.Module):
    def __init__(self, width):
        super().__init__()
        norm = nn.utils.spectral_norm
        self.enter = norm(nn.Conv2d(48, width, 3, padding=1))
        self.halve = norm(nn.Conv2d(width, 2 * width, 3, 2, 1))
        self.look = norm(nn.Conv2d(2 * width, 2 * width, 3, padding=1))
        self.score = norm(nn.Conv2d(2 * width, 1, 1))

    def forward(self, image):
        b, c, h, w = image.shape
        x = image.reshape(b, c, h // 4, 4, w // 4, 4).permute(0, 3, 5, 1, 2, 4).reshape(b, 48, h // 4, w // 4)
        for layer in (self.enter, self.halve, self.look):
            x = F.leaky_relu(layer(x), 0.2)
        return self.score(x)


def perceptual(a, b):
    unit = lambda x: x / x.norm(dim=1, keepdim=True).clamp(min=1e-6)
    return sum((unit(x) - unit(y)).square().sum(1).mean() for x, y in zip(a, b))


def structure(a, b):
    """1 - SSIM as pytorch-msssim computes it."""
    places = torch.arange(11) - 5.0
    window = torch.exp(-places ** 2 / (2 * 1.5 ** 2))
    window = (window / window.sum()).repeat(3, 1, 1, 1)
    blur = lambda x: F.conv2d(F.conv2d(x, window.transpose(2, 3), groups=3), window, groups=3)
    x, y = (a + 1) / 2, (b + 1) / 2
    mx, my = blur(x), blur(y)
    vx, vy, xy = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
    ssim = (2 * mx * my + 0.01 ** 2) / (mx * mx + my * my + 0.01 ** 2) * (2 * xy + 0.03 ** 2) / (vx + vy + 0.03 ** 2)
    return 1 - ssim.mean()
